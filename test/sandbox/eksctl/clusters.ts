/** A ClusterConfig like the ones that the recordings were made with. */
export const clusterConfig = (name: string, more = ''): string => `apiVersion: eksctl.io/v1alpha5
kind: ClusterConfig
metadata:
  name: ${name}
  region: ap-northeast-1
  version: "1.34"
  tags: { team: lab, lbc-setup/managed: "true" }
autoModeConfig: { enabled: false }
addonsConfig: { disableDefaultAddons: true }
addons: [{ name: vpc-cni }, { name: coredns }, { name: kube-proxy }]
fargateProfiles:
- name: fp-default
  selectors: [{ namespace: default }, { namespace: kube-system }]
${more}`;

/** Two service accounts and a second profile, as in transcripts/eksctl/b2-create-c2-inline-sa.txt. */
export const accountsAndProfile = `- name: sample-app
  selectors: [{ namespace: sample }]
iam:
  withOIDC: true
  serviceAccounts:
  - metadata: { name: aws-load-balancer-controller, namespace: kube-system }
    attachPolicyARNs: [arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy]
  - metadata: { name: wk, namespace: kube-system }
    attachPolicyARNs: [arn:aws:iam::123456789012:policy/AWSLoadBalancerControllerIAMPolicy]
`;
