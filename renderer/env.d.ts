interface Window {
  readonly coldhaul?: import('@contract/bridge.ts').Bridge;
}
