const compact = new Intl.NumberFormat('en', { notation: 'compact', maximumFractionDigits: 1 })

/** What a client measured of the model itself, in a few words: "2.6M parameters", "6.1 GFLOPs". */
export const modelFacts = ({ parameters, gflops }: Record<string, unknown>): string[] => [
  ...(typeof parameters === 'number' ? [`${compact.format(parameters)} parameters`] : []),
  ...(typeof gflops === 'number' ? [`${compact.format(gflops)} GFLOPs`] : []),
]
