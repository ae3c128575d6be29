/** How long to wait before doing again what failed for a reason of our own, such as a full disk. */
export const TRY_AGAIN_AFTER_MS = 1000;
