import { useFormats } from '../strings/format';

interface ProgressProps {
  label: string;
  done: number;
  of: number;
  /** How amounts are written; as amounts of data without it. */
  plain?: (value: number) => string;
}

/** How far something is, as a bar and in numbers. */
export function Progress({ label, done, of, plain }: ProgressProps) {
  const { bytes, percent } = useFormats();
  const amount = plain ?? bytes;
  return (
    <div className="progress">
      <progress aria-label={label} value={of === 0 ? 1 : done} max={of === 0 ? 1 : of} />
      <span className="number">
        {percent(of === 0 ? 1 : Math.floor((done / of) * 100) / 100)} · {amount(done)} / {amount(of)}
      </span>
    </div>
  );
}
