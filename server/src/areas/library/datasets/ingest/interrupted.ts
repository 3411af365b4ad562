/** A turn of a job leaves off here, because the server stops; another one goes on. */
export class Interrupted extends Error {}
