// What options and fields say to people, kept beside their types.
import * as z from 'zod';

/** What a person reads about an option, beside its type. */
interface OptionText {
  /** What it does: one sentence or two, without the full stop at the end. */
  meaning: string;
  /** Its name for people, where an editor shows one. */
  title?: string;
  /** What stands for the value in help text, as in `--region REGION`; enums show their values instead. */
  valueName?: string;
  /** The default in words, where its value depends on the machine or is found elsewhere. */
  defaultText?: string;
  /** What its value has to be, where its type does not say. */
  expected?: string;
  /** A secret is offered neither as a flag nor as a variable of ours, where other processes could read it. */
  secret?: true;
  /** It is offered in the config file alone. */
  onlyInFile?: true;
}

/** What each option of a schema says to people, kept beside its type. */
export const optionText = z.registry<OptionText>();
