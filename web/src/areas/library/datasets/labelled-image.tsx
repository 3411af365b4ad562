import type { CSSProperties } from 'react'
import { signedPath } from '../../../api/signed-path.ts'
import { counted } from '../../../ui/counted.ts'
import { colorOfClass, nameOfClass, nameplateOf, type Shape, shapesOf } from './label-shapes.ts'
import type { DatasetImage, DatasetInFull } from './queries.ts'

type Props = {
  image: DatasetImage
  kptShape: DatasetInFull['kptShape']
  /** A thumbnail fills its square and shows outlines alone; in full, the whole image is seen, with names where there is room for them. */
  size: 'thumbnail' | 'full'
  classNames?: readonly string[]
  withLabels?: boolean
  /** Labels of one class alone. */
  onlyClass?: number | undefined
}

/** Beyond this many, drawing more tells nothing, and names hide what they name. */
const shapesMax = { thumbnail: 60, full: 1500 }
const namesMax = 40

/** An image with its labels over it. */
export const LabelledImage = ({
  image,
  kptShape,
  size,
  classNames = [],
  withLabels = true,
  onlyClass,
}: Props) => {
  const full = size === 'full'
  const shapes = withLabels
    ? shapesOf(image.annotations, image, kptShape)
        .filter(({ classId }) => onlyClass === undefined || classId === onlyClass)
        .slice(0, shapesMax[size])
        .map((shape, place) => ({ ...shape, place }))
    : []
  return (
    <span
      className="gh-labelled"
      data-full={full}
      style={{ '--gh-ratio': image.width / Math.max(1, image.height) } as CSSProperties}
    >
      <img
        src={signedPath(full ? image.url : image.thumbnailUrl)}
        alt={full ? image.file : ''}
        loading={full ? 'eager' : 'lazy'}
        decoding="async"
        {...(full && { width: image.width, height: image.height })}
      />
      {shapes.length > 0 && (
        <svg
          viewBox={`0 0 ${image.width} ${image.height}`}
          preserveAspectRatio={full ? 'none' : 'xMidYMid slice'}
          role="img"
          aria-label={counted(shapes.length, 'label')}
          aria-hidden={!full}
        >
          {shapes.map((shape) => (
            <Drawn
              key={shape.place}
              shape={shape}
              name={nameOfClass(classNames, shape.classId)}
              image={image}
            />
          ))}
        </svg>
      )}
      {full && shapes.length <= namesMax && (
        <span aria-hidden>
          {shapes.map((shape) => (
            <Nameplate
              key={shape.place}
              shape={shape}
              name={nameOfClass(classNames, shape.classId)}
              image={image}
            />
          ))}
        </span>
      )}
    </span>
  )
}

type DrawnProps = { shape: Shape; name: string; image: DatasetImage }

/** A bright line on a dark one, seen on whatever is below. */
const Drawn = ({ shape, name, image }: DrawnProps) => {
  const color = colorOfClass(shape.classId)
  const corners = shape.outline.map((point) => point.join(',')).join(' ')
  const radius = Math.max(image.width, image.height) / 160
  return (
    <g>
      <title>{name}</title>
      <polygon points={corners} className="gh-label-shade" />
      <polygon points={corners} className="gh-label-line" stroke={color} fill={color} />
      {shape.points.map(({ at: [x, y], isHidden }) => (
        <circle
          key={`${x} ${y}`}
          cx={x}
          cy={y}
          r={radius}
          className="gh-label-point"
          fill={isHidden ? 'transparent' : color}
          stroke={isHidden ? color : '#0c1114'}
        />
      ))}
    </g>
  )
}

const Nameplate = ({ shape, name, image }: DrawnProps) => {
  const [x, y] = nameplateOf(shape, image)
  return (
    <span
      className="gh-label-name"
      data-flip={y < 0.06}
      style={{
        ...(x > 0.7 ? { right: `${100 - 100 * x}%` } : { left: `${100 * x}%` }),
        top: `${100 * y}%`,
        background: colorOfClass(shape.classId),
      }}
    >
      {name}
    </span>
  )
}
