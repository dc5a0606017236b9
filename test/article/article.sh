#!/usr/bin/env bash
# The commands of the walkthrough of December 2021, "AWS Load Balancer Controller を使って ELB を Kubernetes の
# マニフェストファイルで管理しよう", as it types them; one function per heading.
#   bash article.sh HEADING...
# stops at the first command that fails. Three things are not typed:
# - Downloads of programs: kubectl, eksctl and helm are on PATH. iam_policy.json lies in the folder.
# - `kubectl apply -k github.com/…`, which needs git: the CRDs come from the chart instead.
# - "Wait some minutes": the command is tried again until it works.
set -euo pipefail

# $1: seconds of patience; the rest: a command that is expected to work within them.
wait_for() {
  local patience=$((SECONDS + $1))
  shift
  until "$@" >/dev/null 2>&1; do
    if ((SECONDS >= patience)); then
      "$@"
      return
    fi
    sleep 0.2
  done
}

# A machine may have no curl.
command -v curl >/dev/null || curl() { node "$(dirname "${BASH_SOURCE[0]}")/curl.mjs" "$@"; }

variables() {
  export CLUSTER="my-tokyo-cluster"
  POLICY_NAME="myAWSLoadBalancerControllerIAMPolicy"
  SERVICE_ACCOUNT="aws-load-balancer-controller"
  export FARGATEPROFILE="sample-app"
  export NAMESPACE="sample"
}

# Step 1
tools() {
  kubectl version --short --client
  eksctl version
  helm version --short
}

# Step 2
create_cluster() {
  # EKS クラスタの作成
  eksctl create cluster --name ${CLUSTER} --version 1.21 --fargate
  # サービスアカウントでの IAM ロール使用を許可
  eksctl utils associate-iam-oidc-provider --cluster ${CLUSTER} --approve
}

# Step 3
create_service_account() {
  AWS_ACCOUNT_ID=$(aws sts get-caller-identity --query "Account" --output text)
  # IAM ポリシーの作成
  aws iam create-policy \
    --policy-name ${POLICY_NAME} \
    --policy-document file://iam_policy.json
  # サービスアカウントの作成
  eksctl create iamserviceaccount \
    --name=${SERVICE_ACCOUNT} \
    --cluster=${CLUSTER} \
    --namespace="kube-system" \
    --attach-policy-arn=arn:aws:iam::${AWS_ACCOUNT_ID}:policy/${POLICY_NAME} \
    --override-existing-serviceaccounts \
    --approve
}

install_controller() {
  # EKS 用の Helm レポジトリを追加
  helm repo add eks https://aws.github.io/eks-charts
  # TargetGroupBinding カスタムリソースをインストール
  helm show crds eks/aws-load-balancer-controller | kubectl apply -f -
  # Helm チャートからインストール
  helm install aws-load-balancer-controller eks/aws-load-balancer-controller \
    --set clusterName=${CLUSTER} \
    --set serviceAccount.create=false \
    --set vpcId=$(aws cloudformation describe-stacks \
      --stack-name "eksctl-${CLUSTER}-cluster" \
      --query 'Stacks[0].Outputs[?OutputKey==`VPC`].OutputValue' \
      --output text) \
    --set serviceAccount.name=${SERVICE_ACCOUNT} \
    -n kube-system
  # 確認
  kubectl get deployment -n kube-system aws-load-balancer-controller
}

deployment() {
  cat <<'YAML'
apiVersion: apps/v1
kind: Deployment
metadata:
  name: helloworld-v1
  labels:
    app: helloworld
    version: v1
spec:
  replicas: 1
  selector:
    matchLabels:
      app: helloworld
      version: v1
  template:
    metadata:
      labels:
        app: helloworld
        version: v1
    spec:
      containers:
      - name: helloworld
        image: docker.io/istio/examples-helloworld-v1
        ports:
        - containerPort: 5000
YAML
}

# helloworld-nlb-sample.yaml (サンプルアプリケーション定義ファイル)
nlb_sample() {
  cat <<'YAML'
apiVersion: v1
kind: Service
metadata:
  name: helloworld
  labels:
    app: helloworld
  annotations:
    service.beta.kubernetes.io/aws-load-balancer-type: external
    service.beta.kubernetes.io/aws-load-balancer-scheme: internet-facing
    service.beta.kubernetes.io/aws-load-balancer-nlb-target-type: ip
    service.beta.kubernetes.io/aws-load-balancer-healthcheck-protocol: http
    service.beta.kubernetes.io/aws-load-balancer-healthcheck-path: /health
spec:
  type: LoadBalancer
  ports:
  - port: 80
    targetPort: 5000
    name: http
  selector:
    app: helloworld
---
YAML
  deployment
}

# helloworld-alb-sample.yaml (サンプルアプリケーション定義ファイル)
alb_sample() {
  cat <<'YAML'
apiVersion: networking.k8s.io/v1
kind: IngressClass
metadata:
  name: alb-ingress
spec:
  controller: ingress.k8s.aws/alb
---
apiVersion: networking.k8s.io/v1
kind: Ingress
metadata:
  name: helloworld
  annotations:
    alb.ingress.kubernetes.io/scheme: internet-facing
    alb.ingress.kubernetes.io/target-type: ip
    alb.ingress.kubernetes.io/healthcheck-path: /health
spec:
  ingressClassName: alb-ingress
  rules:
  - http:
      paths:
      - path: /hello
        pathType: Exact
        backend:
          service:
            name: helloworld
            port:
              number: 80
---
apiVersion: v1
kind: Service
metadata:
  name: helloworld
  labels:
    app: helloworld
    service: helloworld
spec:
  ports:
  - port: 80
    targetPort: 5000
    name: http
  selector:
    app: helloworld
---
YAML
  deployment
}

# $1: service or ingress
endpoint() {
  ENDPOINT=$(kubectl get -n ${NAMESPACE} $1 helloworld \
    -o custom-columns=HOSTNAME:status.loadBalancer.ingress[0].hostname \
    --no-headers)
  [[ ${ENDPOINT} == *.amazonaws.com ]]
}

hello() {
  curl -sS --fail http://${ENDPOINT}/hello
}

# $1: nlb or alb, $2: service or ingress
deploy_sample() {
  # Fargate プロファイルの作成
  eksctl create fargateprofile --cluster ${CLUSTER} --name ${FARGATEPROFILE} --namespace ${NAMESPACE}
  # サンプルアプリケーション用 Namespace の作成
  kubectl create namespace ${NAMESPACE}
  # サンプルアプリケーションのデプロイ
  kubectl apply -n ${NAMESPACE} -f helloworld-$1-sample.yaml
  # デプロイされたことを確認
  kubectl get -n ${NAMESPACE} $2 helloworld
  # DNS 名を取得
  wait_for 30 endpoint $2
  # テストの実行
  wait_for 30 hello
  hello
}

deploy_nlb_sample() {
  nlb_sample >helloworld-nlb-sample.yaml
  deploy_sample nlb service
}

deploy_alb_sample() {
  alb_sample >helloworld-alb-sample.yaml
  deploy_sample alb ingress
}

# サンプルアプリケーションの削除
delete_namespace() {
  kubectl delete namespace ${NAMESPACE}
}

# The article ends here, with everything running. What its reader types next:

delete_sample_file() {
  # "--timeout" instead of patience without end.
  kubectl delete -n ${NAMESPACE} -f helloworld-alb-sample.yaml --timeout=5s
}

delete_cluster() {
  eksctl delete cluster --name ${CLUSTER}
}

run() {
  local heading
  variables
  for heading in "$@"; do "${heading}"; done
}

[[ ${BASH_SOURCE[0]} != "$0" ]] || run "$@"
