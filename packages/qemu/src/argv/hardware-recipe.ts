/**
 * Which hardware `machineArgv` makes of one and the same machine. It is raised with every change of a golden file that
 * a guest could notice: a state that was saved before can't be loaded then.
 */
export const HARDWARE_RECIPE = 5;
