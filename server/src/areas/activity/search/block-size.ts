/** Events in a block of names. A page of 20 rare hits reads 20 blocks; fewer events in each would make more blocks to choose from. */
export const blockEvents = 256
