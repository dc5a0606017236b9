import type { ClusterSpec, KubeObject } from '../api.ts';
import type { PodInterface } from './cloud.ts';
import { timestamp } from './conditions.ts';
import { fargateTaint } from './scheduler.ts';

const ready: readonly [type: string, status: string, reason: string, message: string][] = [
  ['MemoryPressure', 'False', 'KubeletHasSufficientMemory', 'kubelet has sufficient memory available'],
  ['DiskPressure', 'False', 'KubeletHasNoDiskPressure', 'kubelet has no disk pressure'],
  ['PIDPressure', 'False', 'KubeletHasSufficientPID', 'kubelet has sufficient PID available'],
  ['Ready', 'True', 'KubeletReady', 'kubelet is posting ready status'],
];

/** The node that Fargate registers for one pod, named after the address that the pod has too. */
export function fargateNode(spec: ClusterSpec, eni: PodInterface, now: Date): KubeObject {
  const host = `ip-${eni.address.replaceAll('.', '-')}.${spec.region}.compute.internal`;
  const resources = { cpu: '2', memory: '3976632Ki', 'ephemeral-storage': '30787492Ki', pods: '1' };
  return {
    apiVersion: 'v1',
    kind: 'Node',
    metadata: {
      name: `fargate-${host}`,
      labels: {
        'beta.kubernetes.io/arch': 'amd64',
        'beta.kubernetes.io/os': 'linux',
        'eks.amazonaws.com/compute-type': 'fargate',
        'kubernetes.io/arch': 'amd64',
        'kubernetes.io/hostname': host,
        'kubernetes.io/os': 'linux',
        'topology.kubernetes.io/region': spec.region,
        'topology.kubernetes.io/zone': eni.zone,
      },
    },
    spec: { providerID: `aws:///${eni.zone}/${host}`, taints: [fargateTaint] },
    status: {
      addresses: [
        { type: 'InternalIP', address: eni.address },
        { type: 'InternalDNS', address: host },
        { type: 'Hostname', address: host },
      ],
      allocatable: resources,
      capacity: resources,
      conditions: ready.map(([type, status, reason, message]) => ({
        type,
        status,
        reason,
        message,
        lastHeartbeatTime: timestamp(now),
        lastTransitionTime: timestamp(now),
      })),
      nodeInfo: {
        architecture: 'amd64',
        bootID: '',
        containerRuntimeVersion: 'containerd://2.1.5',
        kernelVersion: '5.10.247-246.983.amzn2.x86_64',
        kubeProxyVersion: '',
        kubeletVersion: `v${spec.version}.0-eks-fargate`,
        machineID: '',
        operatingSystem: 'linux',
        osImage: 'Amazon Linux 2',
        systemUUID: '',
      },
    },
  };
}
