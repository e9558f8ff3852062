import { Button, ComboBox, FieldError, Input, Label, ListBox, ListBoxItem, Popover } from 'react-aria-components';
import { useText } from '../strings/locale';
import type { NamedPlace } from '../strings/places';

interface PlaceFieldProps {
  label: string;
  value: string;
  onChange: (code: string) => void;
  places: NamedPlace[];
}

/** A state by typing: its name in the officer's language, or its code. */
export function PlaceField({ label, value, onChange, places }: PlaceFieldProps) {
  const text = useText();
  return (
    <ComboBox
      className="field"
      value={value === '' ? null : value}
      onChange={(key) => onChange(key === null ? '' : String(key))}
      defaultItems={places}
      isRequired
    >
      <Label>{label}</Label>
      <div className="combo">
        <Input />
        <Button className="button combo-open" aria-label={text('place.show_all')}>
          <span aria-hidden="true">▾</span>
        </Button>
      </div>
      <FieldError className="field-error" />
      <Popover className="combo-popover">
        <ListBox<NamedPlace> className="combo-list">
          {(place) => (
            <ListBoxItem id={place.code} textValue={`${place.name} (${place.code})`} className="combo-item">
              <span>{place.name}</span> <bdi className="code quiet">{place.code}</bdi>
            </ListBoxItem>
          )}
        </ListBox>
      </Popover>
    </ComboBox>
  );
}
