import type { Place, Vehicle } from '../api/types';
import { Fact } from '../components/subject-card';
import { useFormats } from '../strings/format';
import { useText } from '../strings/locale';

export function PlaceText({ place }: { place: Place }) {
  const { state } = useFormats();
  return (
    <>
      <bdi>{place.name}</bdi>
      {place.jurisdiction ? ` (${state(place.jurisdiction)})` : ''}
      {place.position && (
        <>
          {' '}
          <bdi className="code">{place.position.join(', ')}</bdi>
        </>
      )}
    </>
  );
}

export function VehicleList({ vehicles }: { vehicles: Vehicle[] }) {
  const text = useText();
  if (vehicles.length === 0) return null;
  return (
    <Fact label={text('alert.vehicles')}>
      <ul className="plain-list">
        {vehicles.map((vehicle) => (
          <li key={vehicle.description + (vehicle.plate ?? '')}>
            <bdi>{vehicle.description}</bdi> {vehicle.plate && <bdi className="code">{vehicle.plate}</bdi>}
          </li>
        ))}
      </ul>
    </Fact>
  );
}
