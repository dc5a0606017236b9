#!/usr/bin/env bash
# The walkthrough with the corrections that it needs today, and with an end.
#   bash corrected.sh [HEADING...]
# shellcheck source=article.sh
source "$(dirname "${BASH_SOURCE[0]}")/article.sh"

# kubectl lost --short.
tools() {
  kubectl version --client
  eksctl version
  helm version --short
}

# A version that EKS still offers. And patience: on a busy machine the minutes of a rehearsal pass quickly.
create_cluster() {
  eksctl create cluster --name ${CLUSTER} --version 1.35 --fargate --timeout 2h
  eksctl utils associate-iam-oidc-provider --cluster ${CLUSTER} --approve
}

# On Fargate there is no instance metadata to ask for the region: without it the controller starts only because a role
# brings AWS_REGION into its pods. And the samples need the controller's webhook to answer.
install_controller() {
  helm repo add eks https://aws.github.io/eks-charts
  helm show crds eks/aws-load-balancer-controller | kubectl apply -f -
  helm upgrade --install aws-load-balancer-controller eks/aws-load-balancer-controller \
    --set clusterName=${CLUSTER} \
    --set serviceAccount.create=false \
    --set region=${AWS_REGION} \
    --set vpcId=$(aws cloudformation describe-stacks \
      --stack-name "eksctl-${CLUSTER}-cluster" \
      --query 'Stacks[0].Outputs[?OutputKey==`VPC`].OutputValue' \
      --output text) \
    --set serviceAccount.name=${SERVICE_ACCOUNT} \
    -n kube-system
  kubectl rollout status deployment -n kube-system aws-load-balancer-controller --timeout=60s
  kubectl get deployment -n kube-system aws-load-balancer-controller
}

# An image with a registry that is still kept, and a tag.
with_tag() {
  sed 's|docker.io/istio/examples-helloworld-v1|registry.istio.io/release/examples-helloworld-v1:1.0|'
}

deploy_nlb_sample() {
  nlb_sample | with_tag >helloworld-nlb-sample.yaml
  deploy_sample nlb service
}

deploy_alb_sample() {
  alb_sample | with_tag >helloworld-alb-sample.yaml
  deploy_sample alb ingress
}

# The Ingress before its class: the controller's webhook needs the class to let the Ingress go.
delete_sample_file() {
  kubectl delete ingress helloworld -n ${NAMESPACE} --timeout=30s
  kubectl delete ingressclass alb-ingress
}

# The controller before its role, the role before its policy, and the cluster with --wait, which tells the truth.
delete_cluster() {
  helm uninstall aws-load-balancer-controller -n kube-system
  eksctl delete iamserviceaccount --cluster ${CLUSTER} --namespace kube-system --name ${SERVICE_ACCOUNT} --wait
  AWS_ACCOUNT_ID=$(aws sts get-caller-identity --query "Account" --output text)
  aws iam delete-policy --policy-arn arn:aws:iam::${AWS_ACCOUNT_ID}:policy/${POLICY_NAME}
  eksctl delete cluster --name ${CLUSTER} --wait
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || run "$@"
