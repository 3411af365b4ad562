const MiB = 2 ** 20
const GiB = 2 ** 30

/** What an ingest takes in at most, wherever it says otherwise itself. Bytes are counted as they are unpacked. */
export const limits = {
  /** Entries of an archive, folders and all, or lines of NDJSON. */
  entriesMax: 2_000_000,
  /** Images of a dataset. */
  imagesMax: 1_000_000,
  /** What an archive unpacks to, in all and for each byte of it; small ones may unpack to `expandedBytesFree` anyway. */
  expandedBytesMax: 200 * GiB,
  expandedRatioMax: 100,
  expandedBytesFree: 256 * MiB,
  pathBytesMax: 1024,
  /** What a tar tells of its next member beside its header, and of all that follow: the latter is gone through for each of them. */
  tarHeaderBytesMax: 64 * 1024,
  tarGlobalHeaderBytesMax: 1024,
  pathDepthMax: 32,
  imageBytesMax: 50 * MiB,
  labelBytesMax: MiB,
  /** Of all texts of labels in an archive, which are put aside in the database. */
  labelTextBytesMax: 4 * GiB,
  yamlBytesMax: MiB / 4,
  /** Texts of labels that wait in memory to be put aside. */
  waitingBytesMax: 8 * MiB,
  lineBytesMax: 2 * MiB,
  /** Labels of one image, and numbers of one label. */
  labelsMax: 20_000,
  numbersMax: 20_000,
  /** All labels of one image as they are stored. */
  annotationBytesMax: 256 * 1024,
  /** Classes by number alone, where no file names them. */
  unnamedClassesMax: 1000,
  imageSideMin: 28,
  imageSideMax: 4096,
  imagePixelsMax: 50_000_000,
  thumbnailSide: 256,
  /** In bytes. */
  fileNameMax: 200,
  /** Images that are written at once, and how long they are gathered. */
  batchImagesMax: 100,
  batchLabelBytesMax: 4 * MiB,
  batchMsMax: 3000,
  /** Files and copies of a workspace that wait or are worked on. */
  jobsMax: 10,
  /** How long one job takes in images before another goes on, so that nobody waits long for a large one. */
  sliceMs: 5 * 60_000,
}
