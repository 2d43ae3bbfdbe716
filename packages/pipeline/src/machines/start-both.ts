/**
 * Starts two things beside each other. Where one fails the other is told to stop, and has done so, or has been handed to its
 * owner, before the failure is told: nothing is started behind the owner's back.
 */
export async function startBoth<First, Second>(
  signal: AbortSignal | undefined,
  first: (signal: AbortSignal) => Promise<First>,
  second: (signal: AbortSignal) => Promise<Second>,
): Promise<[First, Second]> {
  const failed = new AbortController();
  const inner = signal === undefined ? failed.signal : AbortSignal.any([signal, failed.signal]);
  const starts = [first(inner), second(inner)] as const;
  try {
    return await Promise.all(starts);
  } catch (error) {
    failed.abort(error);
    await Promise.allSettled(starts);
    throw error;
  }
}
