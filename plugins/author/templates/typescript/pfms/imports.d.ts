// Generated from the contract in plugins/wit by `make codegen`.

/**
 * Lines for the rule's author, kept with the execution. The lines of one evaluation share a budget; a rule
 * that exceeds it is stopped.
 */
declare module "pfms:rules/log@1.0.0" {
  /** How much a line matters. */
  export type Level =
    /** For the author at work. */
    | "debug"
    /** Worth knowing. */
    | "info"
    /** Odd, but handled. */
    | "warn"
    /** Wrong. */
    | "error";
  /** Writes a line. */
  export function log(level: Level, message: string): void;
}
