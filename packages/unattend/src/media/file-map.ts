/** Path on the medium, with `/` between directories and none in front, → content. */
export type FileMap = Readonly<Record<string, Buffer>>;
