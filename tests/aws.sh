#!/bin/sh
# scripts/aws: the template of the network and the configuration of the cluster, as far as they can be checked without AWS;
# and that each check refuses what it is for. The filling in of the configuration runs with an aws command of its own.
. "${srcdir:-.}/tests/lib.sh"
srcdir=$(cd "$srcdir" && pwd)
here=$(pwd)
if ! python3 -c 'import yaml' 2>/dev/null; then
    echo "1..0 # SKIP no python3 with its yaml here"
    exit 77
fi
PYTHONDONTWRITEBYTECODE=1
export PYTHONDONTWRITEBYTECODE
network=$srcdir/scripts/aws/network.yaml cluster=$srcdir/scripts/aws/cluster.yaml
check() { run python3 "$srcdir/tests/aws_check.py" "$@"; }

check "$network" "$cluster"
is "nothing is wrong with network and cluster" "$code $(cat "$work/out" "$work/err")" "0 "

# refuses WHAT CHANGE TEXT: after CHANGE the check says TEXT. Collected here and tried below, all in one run.
tries=0
refuses() {
    tries=$((tries + 1))
    printf '%s\n' "$2" >> "$work/changes"
    printf '%s\t%s\n' "$1" "$3" >> "$work/texts"
}

# The file itself
for text in 'Region: a' 'HeadNode: {}'; do
    { cat "$cluster"; echo "$text"; } > "$work/twice.yaml"
    check "$network" "$work/twice.yaml"
    says "a key that stands twice: $text" 1 out "stands twice"
done
sed 's/^Resources:/Resources: [/' "$network" > "$work/broken.yaml"
check "$work/broken.yaml" "$cluster"
says "what is no YAML" 1 out "broken.yaml"

# Form
refuses "a section that there is none of" 't["Resourcse"] = {}' "no section 'Resourcse'"
refuses "a type that there is none of" 'r["Vpc"]["Type"] = "AWS::EC2::Vpc"' "AWS::EC2::Vpc"
refuses "a property that its type has not" 'p["HpcSubnet"]["CidrBlok"] = "10.0.0.0/8"' "no property 'CidrBlok'"
refuses "... deep inside" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][0]["NetworkCard"] = 0' "no property 'NetworkCard'"
refuses "... within If" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][1]["Fn::If"][1]["Card"] = 0' "no property 'Card'"
refuses "a property that is missing" 'del p["HpcSubnet"]["VpcId"]' "HpcSubnet: 'VpcId' is missing"
refuses "... deep inside" 'del p["Vpc"]["Tags"][0]["Key"]' "'Key' is missing"
refuses "text where a number is wanted" 'p["InnerOut"]["RuleNumber"] = "100"' "is no int"
refuses "a list where none is wanted" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"] = {}' "has to be a list"
refuses "a default that is not allowed" 't["Parameters"]["EfaCards"]["Default"] = 3' "default is not allowed"
refuses "an output without a description" 'del t["Outputs"]["VpcId"]["Description"]' "VpcId: an output has"
refuses "a name with a sign in it" 'r["Hpc-Vpc"] = {"Type": "AWS::EC2::InternetGateway"}' "letters and digits"

# References
refuses "Ref to nothing" 'p["HpcSubnet"]["VpcId"] = {"Ref": "Vpcc"}' "refers to 'Vpcc'"
refuses "Ref to nothing in an output" 't["Outputs"]["VpcId"]["Value"] = {"Ref": "Vpcc"}' "refers to 'Vpcc'"
refuses "GetAtt of nothing" 'p["NatGateway"]["AllocationId"] = {"Fn::GetAtt": ["Nat", "AllocationId"]}' "refers to 'Nat'"
refuses "GetAtt of an attribute that there is none of" 'p["NatGateway"]["AllocationId"] = {"Fn::GetAtt": ["NatAddress", "Id"]}' "no attribute 'Id'"
refuses "Sub with nothing" 'p["S3Endpoint"]["ServiceName"] = {"Fn::Sub": "com.amazonaws.${Region}.s3"}' "refers to 'Region'"
refuses "DependsOn nothing" 'r["NatAddress"]["DependsOn"] = "Gateway"' "DependsOn names 'Gateway'"
refuses "a condition that there is none of" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][1]["Fn::If"][0] = "Two"' "Two: the condition is not there"
refuses "a condition that is not used" 'del p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][1]' "TwoCards: the condition is not used"
refuses "a parameter that is not used" 't["Parameters"]["More"] = {"Type": "String", "Default": "x"}' "More: the parameter is not used"
refuses "a security group that names itself" 'p["HpcSecurityGroup"]["SecurityGroupIngress"][0]["SourceSecurityGroupId"] = {"Ref": "HpcSecurityGroup"}' "in a circle"

# Addresses, zones, routes
refuses "ranges that overlap" 't["Parameters"]["HpcCidr"]["Default"] = "10.0.0.0/20"' "overlaps"
refuses "a range outside the VPC" 't["Parameters"]["HpcCidr"]["Default"] = "10.1.0.0/20"' "is not in the VPC"
refuses "bits below the mask" 't["Parameters"]["HpcCidr"]["Default"] = "10.0.17.0/20"' "no range of addresses"
refuses "two zones" 'p["HpcSubnet"]["AvailabilityZone"] = "us-east-2b"' "not all in one Availability Zone"
refuses "no names" 'p["Vpc"]["EnableDnsHostnames"] = False' "EnableDnsHostnames"
refuses "a subnet without routes" 'del r["InnerRoutesOfHpcSubnet"]' "HpcSubnet: 0 associations of SubnetRouteTable"
refuses "no way out" 'del r["InnerDefaultRoute"]' "HpcSubnet: has no default route"
refuses "an HPC subnet that is public" 'p["InnerRoutesOfHpcSubnet"]["RouteTableId"] = {"Ref": "PublicRoutes"}' "public are PublicSubnet HpcSubnet"
refuses "NAT without a way out" 'p["NatGateway"]["SubnetId"] = {"Ref": "PrivateSubnet"}' "has no way to the Internet"
refuses "the wrong kind of gateway" 'q2 = p["InnerDefaultRoute"]; q2["GatewayId"] = q2.pop("NatGatewayId")' "GatewayId is for an Internet gateway"
refuses "a route before its gateway" 'del r["PublicDefaultRoute"]["DependsOn"]' "before the gateway is attached"
refuses "an address before its gateway" 'del r["NatAddress"]["DependsOn"]' "NatAddress: an address of a VPC"

# Network ACLs
refuses "answers that do not come back" 'del r["InnerInAnswers"]' "HpcSubnet: its network ACL stops its answers"
refuses "... on some ports alone" 'p["InnerInAnswers"]["PortRange"]["From"] = 32768' "stops its answers (port 1024)"
refuses "... to the public subnet" 'del r["PublicInAnswers"]' "PublicSubnet: its network ACL stops its answers"
refuses "no way out" 'del r["InnerOut"]' "stops https to the Internet"
refuses "nothing from the VPC" 'del r["InnerInVpc"]' "stops port 22 from the VPC"
refuses "a denial before what is allowed" 'p["InnerOut"]["RuleAction"] = "deny"' "stops https to the Internet"
refuses "no ssh" 'del r["PublicInSsh"]' "PublicSubnet: its network ACL stops ssh from SshCidr"
refuses "ssh from everywhere" 'p["InnerInAnswers"]["PortRange"]["From"] = 1' "lets ssh in from everywhere"
refuses "a number twice" 'p["InnerInAnswers"]["RuleNumber"] = 100' "its number is taken"
refuses "TCP without ports" 'del p["InnerInAnswers"]["PortRange"]' "want a PortRange"
refuses "two ACLs of a subnet" 'p["InnerAclOfPrivateSubnet"]["SubnetId"] = {"Ref": "HpcSubnet"}' "HpcSubnet: 2 associations of SubnetNetworkAcl"

# EFA
refuses "no rule from itself" 'del r["HpcFromItself"]' "HpcSecurityGroup: no ingress of all protocols from itself"
refuses "no rule to itself: out to everywhere is not that" 'del r["HpcToItself"]' "HpcSecurityGroup: no egress of all protocols to itself"
refuses "... one of TCP" 'p["HpcToItself"].update(IpProtocol="tcp", FromPort=0, ToPort=65535)' "no egress of all protocols"
refuses "... one to a range of addresses" 'q2 = p["HpcToItself"]; del q2["DestinationSecurityGroupId"]; q2["CidrIp"] = "10.0.0.0/16"' "no egress of all protocols"
refuses "... one to another group" 'r["Other"] = {"Type": "AWS::EC2::SecurityGroup", "Properties": {"GroupDescription": "x", "VpcId": {"Ref": "Vpc"}}}; p["HpcToItself"]["DestinationSecurityGroupId"] = {"Ref": "Other"}' "no egress of all protocols"
refuses "another strategy" 'p["HpcPlacement"]["Strategy"] = "spread"' "no placement group of the strategy cluster"
refuses "no placement group" 'del p["HpcHosts"]["LaunchTemplateData"]["Placement"]["GroupName"]' "no placement group of the strategy cluster"
refuses "an interface that is no EFA" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][0]["InterfaceType"] = "interface"' "card 0 is no EFA"
refuses "... of the second card" 'del p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][1]["Fn::If"][1]["InterfaceType"]' "card 1 is no EFA"
refuses "a first interface without an address" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][0]["InterfaceType"] = "efa-only"' "efa-only has none"
refuses "two interfaces in one place" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][1]["Fn::If"][1]["NetworkCardIndex"] = 0' "two interfaces are device 0 of card 0"
refuses "an interface in another subnet" 'p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][0]["SubnetId"] = {"Ref": "PrivateSubnet"}' "does not leave a subnet"
refuses "an interface without a group" 'del p["HpcHosts"]["LaunchTemplateData"]["NetworkInterfaces"][0]["Groups"]' "no security group"

# The cluster
refuses "a key that ParallelCluster has not" 'q["Networking"]["PlacementGroup"]["Strategy"] = "cluster"' "no property 'Strategy'"
refuses "... of version 2" 'c["Scheduling"]["SlurmQueues"][0]["enable_efa"] = True' "no property 'enable_efa'"
refuses "a key that is missing" 'del c["HeadNode"]["Networking"]["SubnetId"]' "'SubnetId' is missing"
refuses "an output that there is none of" 'del t["Outputs"]["SshCidr"]' "'SshCidr' is no output of the network"
refuses "no EFA" 'del q["ComputeResources"][0]["Efa"]' "EFA is not enabled"
refuses "two subnets" 'q["Networking"]["SubnetIds"].append("${PrivateSubnetId}")' "EFA takes one subnet"
refuses "another security group" 'q["Networking"]["AdditionalSecurityGroups"] = ["sg-0123456789abcdef0"]' "security group that refers to itself"
refuses "both kinds of groups" 'q["Networking"]["SecurityGroups"] = ["sg-0123456789abcdef0"]' "exclude each other"
refuses "no placement group" 'q["Networking"]["PlacementGroup"]["Enabled"] = False' "not in the placement group"
refuses "one host" 'q["ComputeResources"][0]["MaxCount"] = 1' "two hosts at least"
refuses "an unknown system" 'c["Image"]["Os"] = "centos7"' "no 'centos7'"
refuses "another scheduler" 'c["Scheduling"]["Scheduler"] = "awsbatch"' "not slurm"

check "$network" "$cluster" "$work/changes"
is "no change goes unnoticed" "$code $(cat "$work/err")" "0 "
number=0
while IFS='	' read -r what text; do
    number=$((number + 1))
    if grep "^$number " "$work/out" | grep -qF -e "$text"; then ok "refused: $what"
    else not_ok "refused: $what" "'$text' is not in:" "$(grep "^$number " "$work/out")"
    fi
done < "$work/texts"
is "... all of them were tried" "$number" "$tries"

# The type that both take by default has as many cards with an EFA as the template takes by default: by our catalogue
type=$(python3 -c 'import sys; sys.path.insert(0, sys.argv[2]); import yaml, aws_check as a; p = yaml.load(open(sys.argv[1]), a.Loader)["Parameters"]; print(p["InstanceType"]["Default"], p["EfaCards"]["Default"])' "$network" "$srcdir/tests")
run ./efabench adapters --instance "${type% *}" --format json
is "the default type has the default number of EFAs" "$(sed -n 's/^ *"efa_count": \([0-9]*\),/\1/p' "$work/out")" "${type#* }"

# Filling in: an aws that answers as the real one does, with a line KEY TAB VALUE for each output
mkdir "$work/bin"
cat > "$work/bin/aws" << 'EOF'
#!/bin/sh
case " $* " in *" describe-stacks --stack-name efabench-net --output text "*) ;; *) echo "ValidationError: $*" >&2; exit 254 ;; esac
printf '%s\t%s\n' Region us-east-2 VpcId vpc-0a PublicSubnetId subnet-0aaa PrivateSubnetId subnet-0bbb HpcSubnetId subnet-0ccc \
    HpcSecurityGroupId sg-0ddd PlacementGroupName net-HpcPlacement-1 LaunchTemplateId lt-0e InstanceType c5n.18xlarge SshCidr 203.0.113.7/32
EOF
chmod +x "$work/bin/aws"
PATH=$work/bin:$PATH
configure() { run sh "$srcdir/scripts/aws/configure-cluster" "$@"; }
configure efabench-net KeyName=my.key+1
says "a cluster filled in" 0 out "KeyName: my.key+1" "SubnetId: subnet-0aaa" "- subnet-0ccc" "- sg-0ddd" "Name: net-HpcPlacement-1" "AllowedIps: 203.0.113.7/32"
is "... wholly, and as the template otherwise" "$(python3 -c 'import sys, yaml
got, template = (yaml.safe_load(open(f)) for f in sys.argv[1:])
values = {"Region": "us-east-2", "PublicSubnetId": "subnet-0aaa", "HpcSubnetId": "subnet-0ccc", "HpcSecurityGroupId": "sg-0ddd",
          "PlacementGroupName": "net-HpcPlacement-1", "InstanceType": "c5n.18xlarge", "SshCidr": "203.0.113.7/32", "KeyName": "my.key+1"}
def fill(v):
    if isinstance(v, dict): return {k: fill(i) for k, i in v.items()}
    if isinstance(v, list): return [fill(i) for i in v]
    return values[v[2:-1]] if isinstance(v, str) and v.startswith("${") else v
print(got == fill(template))' "$work/out" "$cluster")" True
configure efabench-net KeyName=k InstanceType=hpc7a.96xlarge
says "what is given goes before the stack" 0 out "InstanceType: hpc7a.96xlarge"
configure efabench-net
says "no key" 2 err "neither an output of 'efabench-net' nor given as NAME=VALUE: KeyName"
configure other KeyName=k
says "no such stack" 2 err "the stack 'other' cannot be read"
configure efabench-net KeyNam=k
says "a name that nothing wants" 2 err "'KeyNam' is nothing that is wanted"
configure efabench-net KeyName=
says "no value" 2 err "'KeyName=' is not NAME=VALUE"
configure
says "no stack" 2 err "which stack?"
configure --help
says "help" 0 out "configure-cluster STACK" "Exit code 2"
finish
