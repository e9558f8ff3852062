import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

/** On which data an answer rests; shown with every answer. */
export function DataSetLine({ name, dated }: { name: string; dated?: string | null }) {
  const text = useText();
  const { day } = useFormats();
  return (
    <p className="small data-set">
      {text('law.data_set')} <bdi className="code">{name}</bdi>
      {dated && <> · {text('law.dated', { date: day(dated) })}</>} · {text('law.no_advice')}
    </p>
  );
}
