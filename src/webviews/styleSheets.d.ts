/** A style sheet, which the bundle holds as its text. */
declare module '*.css' {
  const text: string;
  export = text;
}
