/** What a password must have. The server has the last word: it also knows common words, names and old passwords. */
export type PasswordRule = "length" | "upper" | "lower" | "digit" | "special";

/** The shortest password a policy allows, unless the server says more. */
export const PASSWORD_LENGTH_MIN = 8;

/** Which rules a password keeps, in the order they are shown. */
export function checkPassword(password: string, lengthMin = PASSWORD_LENGTH_MIN): [PasswordRule, boolean][] {
  return [
    ["length", [...password].length >= lengthMin],
    ["upper", /\p{Lu}/u.test(password)],
    ["lower", /\p{Ll}/u.test(password)],
    ["digit", /[0-9]/.test(password)],
    ["special", /[^\p{L}\p{N}]/u.test(password)],
  ];
}

export function isPasswordGood(password: string): boolean {
  return checkPassword(password).every(([, kept]) => kept);
}
