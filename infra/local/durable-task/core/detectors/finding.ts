/** Trouble in an orchestration that Azure is silent about. */
export interface Finding {
  /** Which detector found it. */
  detector: string;
  /** What happens, and what to do. */
  message: string;
}
