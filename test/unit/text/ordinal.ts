const CHANGES = /[\p{Changes_When_Casemapped}\p{Changes_When_NFKC_Casefolded}]/u;

/** Every character of Unicode that some way of comparing holds to be another one as well. */
export const everyLetter = (): string[] =>
  Array.from({ length: 0x110000 }, (_, point) => String.fromCodePoint(point)).filter((each) =>
    CHANGES.test(each),
  );

/** Letters with an iota below: their upper case is two letters, but their simple one, which counts here, is one. */
const SMALL = [..."ᾀᾁᾂᾃᾄᾅᾆᾇᾐᾑᾒᾓᾔᾕᾖᾗᾠᾡᾢᾣᾤᾥᾦᾧᾳῃῳ"];
const CAPITAL = [..."ᾈᾉᾊᾋᾌᾍᾎᾏᾘᾙᾚᾛᾜᾝᾞᾟᾨᾩᾪᾫᾬᾭᾮᾯᾼῌῼ"];

/**
 * The upper case by which .NET compares without regard to case: Unicode's simple one, but for the two letters whose upper
 * case is ASCII.
 * @see https://github.com/dotnet/runtime `pal_casing.c`, InitOrdinalCasingPage
 */
export function ordinalUpper(letter: string): string {
  if (letter === "ı" || letter === "ſ") return letter;
  const upper = letter.toUpperCase();
  return CAPITAL[SMALL.indexOf(letter)] ?? ([...upper].length === 1 ? upper : letter);
}
