/** What the files of the commands share with the program that loads them. */
import type { Command } from 'commander';

/** Says what status the process ends with; a command that says nothing ends with 0. */
type SetStatus = (status: number) => void;
export type CommandMaker = (setStatus: SetStatus) => Command;
