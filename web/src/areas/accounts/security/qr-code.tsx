import encodeQR from 'qr'

// The quiet zone that scanners need around the code, in modules (ISO/IEC 18004).
const border = 4

/** `text` as a QR code. Dark on white in every theme: many scanners do not read it the other way round. */
const QrCode = ({ text, label, size }: { text: string; label: string; size: number }) => {
  const rows = encodeQR(text, 'raw', { ecc: 'medium', border })
  const side = rows.length
  const path = rows
    .flatMap((row, y) => row.flatMap((dark, x) => (dark ? [`M${x} ${y}h1v1h-1z`] : [])))
    .join('')
  return (
    <svg
      width={size}
      height={size}
      viewBox={`0 0 ${side} ${side}`}
      shapeRendering="crispEdges"
      role="img"
      aria-label={label}
      style={{ borderRadius: 10, border: '1px solid var(--gh-border)', flexShrink: 0 }}
    >
      <rect width={side} height={side} fill="#fff" />
      <path d={path} fill="#000" />
    </svg>
  )
}

export default QrCode
