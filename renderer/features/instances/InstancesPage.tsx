import { WithCloud } from '../clouds/WithCloud.tsx';
import { Inventory } from './Inventory.tsx';
import './instances.css';

/** The first screen: what is where, and what can be moved. */
export function InstancesPage() {
  return (
    <WithCloud
      title="Instances"
      why="Coldhaul shows the instances of one OpenStack cloud at a time. Choose one that was found on this computer, or bring in a clouds.yaml or openrc file."
    >
      {(cloud) => <Inventory key={cloud} cloud={cloud} />}
    </WithCloud>
  );
}
