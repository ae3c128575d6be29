/** ARM takes and gives `West Europe` for `westeurope`; policies know the short form only. */
export const shortLocation = (location: string): string => location.replaceAll(" ", "").toLowerCase();
