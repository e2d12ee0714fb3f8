"""What tests/aws_check.py knows of CloudFormation and of ParallelCluster's configuration.

Only the types that scripts/aws uses, and of these the properties that its author looked up: AWS CloudFormation Template
Reference (docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference), one page a type; AWS ParallelCluster User Guide,
"Cluster configuration file", and aws/aws-parallelcluster, cli/src/pcluster/schemas/cluster_schema.py at 451cc53. A property
that is not here is refused: look it up, then add it.

A kind is str, int or bool; a list [KIND]; a table {property: KIND}, where "!" at the end of a name marks what is required.
"""

TAGS = [{"Key!": str, "Value!": str}]
RULE = {"IpProtocol!": str, "FromPort": int, "ToPort": int, "CidrIp": str, "CidrIpv6": str, "Description": str}
INGRESS = dict(RULE, SourceSecurityGroupId=str, SourcePrefixListId=str)
EGRESS = dict(RULE, DestinationSecurityGroupId=str, DestinationPrefixListId=str)
INTERFACE = {
    "AssociatePublicIpAddress": bool, "DeleteOnTermination": bool, "Description": str, "DeviceIndex": int, "Groups": [str],
    "InterfaceType": str, "NetworkCardIndex": int, "NetworkInterfaceId": str, "PrivateIpAddress": str, "SubnetId": str,
}
LAUNCH = {
    "ImageId": str, "InstanceType": str, "KeyName": str, "UserData": str, "NetworkInterfaces": [INTERFACE],
    "Placement": {"AvailabilityZone": str, "GroupName": str, "GroupId": str, "Tenancy": str},
    "MetadataOptions": {"HttpTokens": str, "HttpEndpoint": str, "HttpPutResponseHopLimit": int},
    "CpuOptions": {"CoreCount": int, "ThreadsPerCore": int},
}

# type: (properties, what GetAtt gives of it)
TYPES = {
    "AWS::EC2::VPC": (
        {"CidrBlock": str, "EnableDnsSupport": bool, "EnableDnsHostnames": bool, "InstanceTenancy": str, "Tags": TAGS},
        {"CidrBlock", "DefaultNetworkAcl", "DefaultSecurityGroup", "VpcId"}),
    "AWS::EC2::InternetGateway": ({"Tags": TAGS}, {"InternetGatewayId"}),
    "AWS::EC2::VPCGatewayAttachment": ({"VpcId!": str, "InternetGatewayId": str, "VpnGatewayId": str}, {"AttachmentType"}),
    "AWS::EC2::Subnet": (
        {"VpcId!": str, "AvailabilityZone": str, "CidrBlock": str, "MapPublicIpOnLaunch": bool, "Tags": TAGS},
        {"AvailabilityZone", "CidrBlock", "NetworkAclAssociationId", "SubnetId", "VpcId"}),
    "AWS::EC2::EIP": ({"Domain": str, "InstanceId": str, "Tags": TAGS}, {"AllocationId", "PublicIp"}),
    "AWS::EC2::NatGateway": (
        {"SubnetId": str, "AllocationId": str, "ConnectivityType": str, "VpcId": str, "Tags": TAGS}, {"NatGatewayId"}),
    "AWS::EC2::RouteTable": ({"VpcId!": str, "Tags": TAGS}, {"RouteTableId"}),
    "AWS::EC2::Route": (
        {"RouteTableId!": str, "DestinationCidrBlock": str, "GatewayId": str, "NatGatewayId": str, "VpcEndpointId": str},
        {"CidrBlock"}),
    "AWS::EC2::SubnetRouteTableAssociation": ({"SubnetId!": str, "RouteTableId!": str}, {"Id"}),
    "AWS::EC2::VPCEndpoint": (
        {"VpcId!": str, "ServiceName": str, "VpcEndpointType": str, "RouteTableIds": [str], "SubnetIds": [str],
         "SecurityGroupIds": [str], "PrivateDnsEnabled": bool}, {"Id"}),
    "AWS::EC2::NetworkAcl": ({"VpcId!": str, "Tags": TAGS}, {"Id"}),
    "AWS::EC2::NetworkAclEntry": (
        {"NetworkAclId!": str, "RuleNumber!": int, "RuleAction!": str, "Protocol!": int, "Egress": bool, "CidrBlock": str,
         "Ipv6CidrBlock": str, "PortRange": {"From": int, "To": int}, "Icmp": {"Type": int, "Code": int}}, {"Id"}),
    "AWS::EC2::SubnetNetworkAclAssociation": ({"SubnetId!": str, "NetworkAclId!": str}, {"AssociationId"}),
    "AWS::EC2::SecurityGroup": (
        {"GroupDescription!": str, "GroupName": str, "VpcId": str, "SecurityGroupIngress": [INGRESS],
         "SecurityGroupEgress": [EGRESS], "Tags": TAGS}, {"GroupId", "VpcId"}),
    "AWS::EC2::SecurityGroupIngress": (dict(INGRESS, GroupId=str, GroupName=str), {"Id"}),
    "AWS::EC2::SecurityGroupEgress": ({**EGRESS, "GroupId!": str}, {"Id"}),
    "AWS::EC2::PlacementGroup": ({"Strategy": str, "PartitionCount": int, "SpreadLevel": str, "Tags": TAGS}, {"GroupName"}),
    "AWS::EC2::LaunchTemplate": (
        {"LaunchTemplateData!": LAUNCH, "LaunchTemplateName": str}, {"LaunchTemplateId", "LatestVersionNumber", "DefaultVersionNumber"}),
}

PARAMETER_TYPES = {"String", "Number", "AWS::EC2::AvailabilityZone::Name", "AWS::EC2::KeyPair::KeyName"}
PARAMETER = {"Type", "Default", "Description", "AllowedPattern", "AllowedValues", "ConstraintDescription", "MinLength", "MaxLength",
             "MinValue", "MaxValue", "NoEcho"}
RESOURCE = {"Type", "Properties", "DependsOn", "Condition", "DeletionPolicy", "UpdateReplacePolicy", "Metadata"}
SECTIONS = {"AWSTemplateFormatVersion", "Description", "Parameters", "Conditions", "Resources", "Outputs", "Mappings", "Rules", "Metadata"}
PSEUDO = {"AWS::AccountId", "AWS::NoValue", "AWS::Partition", "AWS::Region", "AWS::StackId", "AWS::StackName", "AWS::URLSuffix"}

PLACEMENT_GROUP = {"Enabled": bool, "Id": str, "Name": str}
GROUPS = {"SecurityGroups": [str], "AdditionalSecurityGroups": [str]}
CLUSTER = {
    "Region": str,
    "Image!": {"Os!": str, "CustomAmi": str},
    "HeadNode!": {
        "InstanceType!": str, "DisableSimultaneousMultithreading": bool,
        "Networking!": {"SubnetId!": str, "ElasticIp": bool, **GROUPS},
        "Ssh": {"KeyName": str, "AllowedIps": str},
        "Imds": {"Secured": bool},
    },
    "Scheduling!": {
        "Scheduler!": str,
        "SlurmSettings": {"ScaledownIdletime": int, "QueueUpdateStrategy": str, "EnableMemoryBasedScheduling": bool},
        "SlurmQueues!": [{
            "Name!": str, "CapacityType": str, "JobExclusiveAllocation": bool,
            "Networking!": {"SubnetIds!": [str], "AssignPublicIp": bool, "PlacementGroup": PLACEMENT_GROUP, **GROUPS},
            "ComputeResources!": [{
                "Name!": str, "InstanceType": str, "MinCount": int, "MaxCount": int, "DisableSimultaneousMultithreading": bool,
                "Efa": {"Enabled": bool, "GdrSupport": bool}, "Networking": {"PlacementGroup": PLACEMENT_GROUP},
            }],
        }],
    },
    "Imds": {"ImdsSupport": str},
    "Tags": TAGS,
}
SYSTEMS = {"alinux2", "alinux2023", "ubuntu2004", "ubuntu2204", "rhel8", "rocky8", "rhel9", "rocky9"}
