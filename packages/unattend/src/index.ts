export { answerFile } from "./answer/answer-file.ts";
export { answerMedium, findGuest, listGuests } from "./catalogue/catalogue.ts";
export { UnattendError } from "./errors.ts";
export { createSmbPassword } from "./secrets/smb-password.ts";
export { createSshKeyPair } from "./secrets/ssh-key.ts";
