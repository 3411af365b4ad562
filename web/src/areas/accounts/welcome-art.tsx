const arches = [400, 330, 260, 190, 120]

/** A gate seen through gates: nested arches with crenellations above. Decoration only. */
export const WelcomeArt = () => (
  <svg
    viewBox="0 0 900 1000"
    preserveAspectRatio="xMidYMid slice"
    width="100%"
    height="100%"
    style={{ position: 'absolute', inset: 0 }}
    aria-hidden="true"
  >
    <path
      d="M0 150h60v-50h70v50h70v-50h70v50h70v-50h70v50h70v-50h70v50h70v-50h70v50h70v-50h70v50h70v-50h70v50h70v850H0z"
      fill="rgb(255 255 255 / 5%)"
    />
    {arches.map((radius, index) => (
      <path
        key={radius}
        d={`M${450 - radius} 1000V${620 - radius * 0.1}a${radius} ${radius} 0 0 1 ${radius * 2} 0V1000`}
        fill={`rgb(255 255 255 / ${2.5 + index}%)`}
        stroke="rgb(255 255 255 / 13%)"
        strokeWidth="1.5"
      />
    ))}
    <rect y="560" width="900" height="440" fill="url(#gh-fade)" />
    <defs>
      <linearGradient id="gh-fade" x1="0" x2="0" y1="0" y2="1">
        <stop offset="0" stopColor="#063238" stopOpacity="0" />
        <stop offset="0.75" stopColor="#063238" stopOpacity="0.92" />
      </linearGradient>
    </defs>
  </svg>
)
