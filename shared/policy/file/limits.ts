// Limits of the files of a policy that hold before YAML is parsed; this file therefore does not import the parser.

/** The largest policy file, and the largest list file; parsing one takes well under a second. */
export const MAX_FILE_BYTES = 256 * 1_024;

/** Names of the files in the folder `lists` that are lists; hidden files are what editors and Kubernetes leave there. */
export const LIST_FILE = /^[^.].*\.(?:ya?ml|txt)$/;

/** The most list files beside a policy. */
export const MAX_LISTS = 1_000;
