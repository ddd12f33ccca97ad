import { useElementSize } from '@mantine/hooks';
import { VisuallyHidden } from '@mantine/core';
import { type ReactElement, useState } from 'react';

import { fromSmallest } from '../format/amounts.js';
import type { UnitWords } from '../format/formats.js';
import { useFormats } from '../shell/viewer.js';
import { labelled, ticksOf } from './chart-scale.js';
import type { Day } from './overview-query.js';
import classes from './overview.module.css';

const HEIGHT = 240;
const TOP = 8;
const BOTTOM = 26;
const LEFT = 46;
const LABEL_WIDTH = 84;

/**
 * What moved day by day: issued upwards, redeemed and expired downwards from zero. The day under the pointer, or chosen
 * with the arrow keys, is told in words above; screen readers get it as a table.
 */
export function DayChart({ days, unit }: { days: readonly Day[]; unit: UnitWords }): ReactElement {
  const { ref, width } = useElementSize();
  const formats = useFormats();
  const [chosen, setChosen] = useState<number | null>(null);
  const day = chosen === null ? undefined : days[chosen];
  return (
    <div className={classes['chart']}>
      <input
        type="range"
        className={classes['picker']}
        aria-label="Day"
        aria-valuetext={day === undefined ? 'none' : formats.day(day.date)}
        min={0}
        max={Math.max(0, days.length - 1)}
        value={chosen ?? days.length - 1}
        onChange={({ currentTarget }) => setChosen(Number(currentTarget.value))}
        onFocus={() => setChosen(days.length - 1)}
        onBlur={() => setChosen(null)}
      />
      <Readout day={day} unit={unit} />
      <div ref={ref} onMouseLeave={() => setChosen(null)}>
        <svg aria-hidden>
          {width > 0 && <Bars days={days} unit={unit} width={width} chosen={chosen} onChoose={setChosen} />}
        </svg>
      </div>
      <AsTable days={days} unit={unit} />
    </div>
  );
}

function Readout({ day, unit }: { day: Day | undefined; unit: UnitWords }): ReactElement {
  const formats = useFormats();
  return (
    <div className={classes['readout']} aria-live="polite">
      {day !== undefined && (
        <>
          <strong>{formats.day(day.date)}</strong>: {formats.points(day.issued, unit)} issued,{' '}
          {formats.points(day.redeemed, unit)} redeemed, {formats.points(day.expired, unit)} expired
        </>
      )}
    </div>
  );
}

function Bars({
  days,
  unit,
  width,
  chosen,
  onChoose,
}: {
  days: readonly Day[];
  unit: UnitWords;
  width: number;
  chosen: number | null;
  onChoose: (index: number) => void;
}): ReactElement {
  const formats = useFormats();
  const ticks = ticksOf(days.flatMap(({ issued, redeemed, expired }) => [issued, -(redeemed + expired)]));
  const [low = 0, high = 1] = [ticks[0], ticks.at(-1)];
  const y = (value: number): number => TOP + ((high - value) / (high - low)) * (HEIGHT - TOP - BOTTOM);
  const slot = (width - LEFT) / Math.max(1, days.length);
  const bar = Math.max(1, Math.min(28, slot * 0.7));
  const shown = new Set(labelled(days.length, Math.floor((width - LEFT) / LABEL_WIDTH)));
  return (
    <>
      {ticks.map((tick) => (
        <g key={tick}>
          <line x1={LEFT} x2={width} y1={y(tick)} y2={y(tick)} className={classes[tick === 0 ? 'zero' : 'grid']} />
          <text x={LEFT - 8} y={y(tick) + 4} textAnchor="end" className={classes['axis']}>
            {formats.compact(Number(fromSmallest(Math.abs(tick), unit.scale)))}
          </text>
        </g>
      ))}
      {days.map((day, index) => {
        const middle = LEFT + slot * (index + 0.5);
        return (
          <g key={day.date}>
            <Bar what="issued" x={middle} width={bar} from={y(0)} to={y(day.issued)} />
            <Bar what="redeemed" x={middle} width={bar} from={y(0)} to={y(-day.redeemed)} />
            <Bar what="expired" x={middle} width={bar} from={y(-day.redeemed)} to={y(-day.redeemed - day.expired)} />
            <rect
              x={middle - slot / 2}
              y={TOP}
              width={slot}
              height={HEIGHT - TOP - BOTTOM}
              className={classes['slot']}
              data-chosen={chosen === index || undefined}
              onMouseEnter={() => onChoose(index)}
            />
            {shown.has(index) && (
              <text
                x={index === days.length - 1 ? width : middle}
                y={HEIGHT - 6}
                textAnchor={index === days.length - 1 ? 'end' : 'middle'}
                className={classes['axis']}
              >
                {formats.shortDay(day.date)}
              </text>
            )}
          </g>
        );
      })}
    </>
  );
}

function Bar({
  what,
  x,
  width,
  from,
  to,
}: {
  what: 'issued' | 'redeemed' | 'expired';
  x: number;
  width: number;
  from: number;
  to: number;
}): ReactElement | null {
  if (from === to) {
    return null;
  }
  return (
    <rect
      x={x - width / 2}
      y={Math.min(from, to)}
      width={width}
      height={Math.abs(to - from)}
      rx={Math.min(2, width / 4)}
      className={classes[what]}
    />
  );
}

function AsTable({ days, unit }: { days: readonly Day[]; unit: UnitWords }): ReactElement {
  const formats = useFormats();
  return (
    <VisuallyHidden>
      <table>
        <caption>Points per day</caption>
        <thead>
          <tr>
            <th scope="col">Day</th>
            <th scope="col">Issued</th>
            <th scope="col">Redeemed</th>
            <th scope="col">Expired</th>
          </tr>
        </thead>
        <tbody>
          {days.map((day) => (
            <tr key={day.date}>
              <th scope="row">{formats.day(day.date)}</th>
              <td>{formats.points(day.issued, unit)}</td>
              <td>{formats.points(day.redeemed, unit)}</td>
              <td>{formats.points(day.expired, unit)}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </VisuallyHidden>
  );
}
