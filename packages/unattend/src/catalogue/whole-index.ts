/** A category that every package of an index made by winvm has, so that all of it can be chosen by one word. */
export const wholeIndexCategory = "winvm";
