#!/usr/bin/env python3
"""aws_check.py NETWORK CLUSTER: what is wrong with a CloudFormation template of the network and with a ParallelCluster
configuration for it, a line each; exit code 1 when something is. Nothing is asked of AWS.

aws_check.py NETWORK CLUSTER CHANGES: the same of broken ones, once for each line of the file CHANGES: Python that is run on
a copy of what was read (t the template, r its resources, p their properties by resource, c the configuration, q its first
queue). What is wrong then comes after the number of the line; exit code 1 when a change goes unnoticed.
"""
import copy
import ipaddress
import re
import sys

import yaml

import aws_tables as tables

problems = []
OUTSIDE = "198.51.100.7"  # an address of the Internet (RFC 5737)
SAMPLES = {"SshCidr": "203.0.113.0/24", "AvailabilityZone": "us-east-2a"}  # for parameters without a default


def wrong(where, what):
    problems.append(f"{where}: {what}")


class Loader(yaml.SafeLoader):
    """CloudFormation's short forms become the long ones; a key that stands twice is an error."""


def short_form(loader, suffix, node):
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        value = loader.construct_mapping(node, deep=True)
    if suffix == "GetAtt" and isinstance(value, str):
        value = value.split(".", 1)
    return {suffix if suffix in ("Ref", "Condition") else "Fn::" + suffix: value}


def mapping(loader, node):
    keys = [loader.construct_object(key) for key, _ in node.value]
    for key in keys:
        if keys.count(key) > 1:
            raise yaml.YAMLError(f"line {node.start_mark.line + 1}: '{key}' stands twice")
    return {loader.construct_object(key): loader.construct_object(value, deep=True) for key, value in node.value}


Loader.add_multi_constructor("!", short_form)
Loader.add_constructor("tag:yaml.org,2002:map", mapping)


def function(value):
    """The intrinsic function that a value is, or None."""
    if isinstance(value, dict) and len(value) == 1:
        key = next(iter(value))
        if key == "Ref" or str(key).startswith("Fn::"):
            return key
    return None


def references(value):
    """All (name, attribute or None) that a value refers to."""
    if isinstance(value, list):
        for item in value:
            yield from references(item)
    elif isinstance(value, dict):
        kind = function(value)
        if kind == "Ref":
            yield value["Ref"], None
        elif kind == "Fn::GetAtt":
            yield tuple(value[kind]) if len(value[kind]) == 2 else (str(value[kind]), "")
        elif kind == "Fn::Sub":
            text, own = value[kind] if isinstance(value[kind], list) else (value[kind], {})
            for name in re.findall(r"\$\{([^!}][^}]*)\}", text):
                if name not in own:
                    first, _, attribute = name.partition(".")
                    yield first, attribute or None
            yield from references(own)
        else:
            for item in value.values():
                yield from references(item)


def conditions(value):
    """The names of conditions that a value asks."""
    if isinstance(value, list):
        for item in value:
            yield from conditions(item)
    elif isinstance(value, dict):
        if function(value) == "Fn::If":
            yield value["Fn::If"][0]
        if set(value) == {"Condition"}:
            yield value["Condition"]
        for item in value.values():
            yield from conditions(item)


def check_kind(where, value, kind):
    """A value against a kind of the tables; functions are taken for what they stand for."""
    called = function(value)
    if called == "Fn::If":
        if not isinstance(value[called], list) or len(value[called]) != 3:
            wrong(where, "If takes a condition and two values")
            return
        for item in value[called][1:]:
            if item != {"Ref": "AWS::NoValue"}:
                check_kind(where, item, kind)
    elif called:
        if called not in ("Ref", "Fn::GetAtt", "Fn::Sub"):
            wrong(where, f"{called} is not known here")
    elif isinstance(kind, list):
        if not isinstance(value, list):
            wrong(where, "has to be a list")
            return
        for index, item in enumerate(value):
            check_kind(f"{where}[{index}]", item, kind[0])
    elif isinstance(kind, dict):
        if not isinstance(value, dict):
            wrong(where, "has to have properties")
            return
        names = {name.rstrip("!"): item for name, item in kind.items()}
        for name, item in value.items():
            if name in names:
                check_kind(f"{where}.{name}", item, names[name])
            else:
                wrong(where, f"there is no property '{name}'")
        for name in kind:
            if name.endswith("!") and name[:-1] not in value:
                wrong(where, f"'{name[:-1]}' is missing")
    elif type(value) is not kind:
        wrong(where, f"{value!r} is no {kind.__name__}")


class Network:
    """A template, and questions about it."""

    def __init__(self, template):
        self.template = template
        self.parameters = template.get("Parameters") or {}
        self.resources = template.get("Resources") or {}

    def of(self, kind):
        return {name: r.get("Properties") or {} for name, r in self.resources.items() if r.get("Type") == kind}

    def plain(self, value):
        """What a value comes to with the parameters' defaults; a resource is told by ('resource', name)."""
        if function(value) == "Ref":
            name = value["Ref"]
            if name in self.parameters:
                return SAMPLES.get(name, self.parameters[name].get("Default"))
            return ("resource", name)
        if function(value) == "Fn::GetAtt" and value["Fn::GetAtt"][1] in ("GroupId", "SubnetId", "VpcId", "GroupName"):
            return ("resource", value["Fn::GetAtt"][0])
        return value

    def range(self, where, value):
        try:
            return ipaddress.ip_network(self.plain(value))
        except (ValueError, TypeError):
            wrong(where, f"{self.plain(value)!r} is no range of addresses")
            return None

    # The form ---------------------------------------------------------------------------------------------------------
    def check_form(self):
        for section in self.template:
            if section not in tables.SECTIONS:
                wrong("template", f"there is no section '{section}'")
        if self.template.get("AWSTemplateFormatVersion") != "2010-09-09":
            wrong("template", "AWSTemplateFormatVersion is 2010-09-09, in quotes")
        for name, parameter in self.parameters.items():
            if parameter.get("Type") not in tables.PARAMETER_TYPES:
                wrong(name, f"the type '{parameter.get('Type')}' of a parameter is not known")
            for key in set(parameter) - tables.PARAMETER:
                wrong(name, f"a parameter has no '{key}'")
            if "AllowedPattern" in parameter and not re.fullmatch(parameter["AllowedPattern"], str(self.plain({"Ref": name}))):
                wrong(name, "its own value does not match its AllowedPattern")
            if "Default" in parameter and parameter["Default"] not in parameter.get("AllowedValues", [parameter["Default"]]):
                wrong(name, "its default is not allowed")
        for name, resource in self.resources.items():
            if not re.fullmatch("[A-Za-z0-9]+", name):
                wrong(name, "names are of letters and digits")
            for key in set(resource) - tables.RESOURCE:
                wrong(name, f"a resource has no '{key}'")
            if resource.get("Type") not in tables.TYPES:
                wrong(name, f"the type '{resource.get('Type')}' is not known")
            else:
                check_kind(name, resource.get("Properties") or {}, tables.TYPES[resource["Type"]][0])
        for name, output in (self.template.get("Outputs") or {}).items():
            if "Value" not in output or not output.get("Description"):
                wrong(name, "an output has a value and a description")

    def check_references(self):
        known = set(self.parameters) | set(self.resources) | tables.PSEUDO
        used, asked, edges = set(), set(), {}
        places = [(name, "Resources", r) for name, r in self.resources.items()]
        places += [(name, "Outputs", o) for name, o in (self.template.get("Outputs") or {}).items()]
        places += [(name, "Conditions", c) for name, c in (self.template.get("Conditions") or {}).items()]
        for where, section, value in places:
            found = set(references(value.get("Properties") if section == "Resources" else value))
            after = value.get("DependsOn", []) if section == "Resources" else []
            after = [after] if isinstance(after, str) else after
            for name in after:
                if name not in self.resources:
                    wrong(where, f"DependsOn names '{name}', which is no resource")
            for name, attribute in found:
                used.add(name)
                if name not in known:
                    wrong(where, f"refers to '{name}', which is not there")
                elif attribute is not None:
                    kind = self.resources.get(name, {}).get("Type")
                    if attribute not in tables.TYPES.get(kind, ({}, set()))[1]:
                        wrong(where, f"'{name}' has no attribute '{attribute}'")
                elif section == "Conditions" and name in self.resources:
                    wrong(where, "a condition cannot ask a resource")
            asked |= set(conditions(value.get("Properties") if section == "Resources" else value))
            if "Condition" in value and section != "Conditions":
                asked.add(value["Condition"])
            if section == "Resources":
                edges[where] = {name for name, _ in found if name in self.resources} | set(after)
        for name in set(self.parameters) - used:
            wrong(name, "the parameter is not used")
        for name in asked ^ set(self.template.get("Conditions") or {}):
            wrong(name, "the condition is " + ("not there" if name in asked else "not used"))
        while True:  # what refers to nothing that is left goes; a circle stays
            free = {name for name, to in edges.items() if not to & set(edges)}
            if not free:
                break
            edges = {name: to for name, to in edges.items() if name not in free}
        if edges:
            wrong(" ".join(sorted(edges)), "they refer to each other in a circle")

    # The network ------------------------------------------------------------------------------------------------------
    def check_addresses(self):
        vpcs = self.of("AWS::EC2::VPC")
        if len(vpcs) != 1:
            wrong("template", f"{len(vpcs)} VPCs")
            return
        vpc, properties = next(iter(vpcs.items()))
        whole = self.range(vpc, properties.get("CidrBlock"))
        if properties.get("EnableDnsHostnames") is not True or properties.get("EnableDnsSupport") is not True:
            wrong(vpc, "hosts find each other by names: EnableDnsSupport, EnableDnsHostnames")
        seen, zones = [], set()
        for name, subnet in self.of("AWS::EC2::Subnet").items():
            if self.plain(subnet.get("VpcId")) != ("resource", vpc):
                wrong(name, "not in the VPC")
            zones.add(str(subnet.get("AvailabilityZone")))
            part = self.range(name, subnet.get("CidrBlock"))
            if part and whole:
                if not part.subnet_of(whole):
                    wrong(name, f"{part} is not in the VPC's {whole}")
                for other, range_ in seen:
                    if part.overlaps(range_):
                        wrong(name, f"{part} overlaps {range_} of {other}")
                seen.append((name, part))
        if len(zones) != 1 or "None" in zones:
            wrong("subnets", "not all in one Availability Zone")
        for name in ("RouteTable", "NetworkAcl", "SecurityGroup", "VPCGatewayAttachment", "VPCEndpoint"):
            for resource, properties in self.of("AWS::EC2::" + name).items():
                if self.plain(properties.get("VpcId")) != ("resource", vpc):
                    wrong(resource, "not in the VPC")

    def associated(self, kind, key, subnet):
        found = [self.plain(p.get(key)) for p in self.of(kind).values() if self.plain(p.get("SubnetId")) == ("resource", subnet)]
        if len(found) != 1:
            wrong(subnet, f"{len(found)} associations of {kind.split('::')[-1]}")
        return found[0] if found else None

    def way_out(self, subnet):
        """The type of what the subnet's default route leads to, and its name."""
        table = self.associated("AWS::EC2::SubnetRouteTableAssociation", "RouteTableId", subnet)
        for name, route in self.of("AWS::EC2::Route").items():
            if self.plain(route.get("RouteTableId")) == table and route.get("DestinationCidrBlock") == "0.0.0.0/0":
                to = self.plain(route.get("GatewayId") or route.get("NatGatewayId"))
                gateway = to[1] if isinstance(to, tuple) else None
                kind = self.resources.get(gateway, {}).get("Type", "")
                if (kind == "AWS::EC2::InternetGateway") != ("GatewayId" in route):
                    wrong(name, "GatewayId is for an Internet gateway, NatGatewayId for a NAT gateway")
                if kind == "AWS::EC2::InternetGateway" and self.resources[name].get("DependsOn") not in self.of("AWS::EC2::VPCGatewayAttachment"):
                    wrong(name, "made before the gateway is attached: DependsOn")
                return kind, gateway
        return None, None

    def check_routes(self):
        ways = {subnet: self.way_out(subnet) for subnet in self.of("AWS::EC2::Subnet")}
        for subnet, (kind, gateway) in ways.items():
            if kind == "AWS::EC2::NatGateway":
                stands = self.plain(self.of(kind)[gateway].get("SubnetId"))
                if not isinstance(stands, tuple) or ways.get(stands[1], (None,))[0] != "AWS::EC2::InternetGateway":
                    wrong(gateway, "stands in a subnet that has no way to the Internet")
            elif kind != "AWS::EC2::InternetGateway":
                wrong(subnet, "has no default route")
        public = [subnet for subnet, (kind, _) in ways.items() if kind == "AWS::EC2::InternetGateway"]
        if public != ["PublicSubnet"]:
            wrong("subnets", f"public are {' '.join(public) or 'none'}, not PublicSubnet alone")
        for name, address in self.of("AWS::EC2::EIP").items():
            if address.get("Domain") != "vpc" or self.resources[name].get("DependsOn") not in self.of("AWS::EC2::VPCGatewayAttachment"):
                wrong(name, "an address of a VPC is in the domain vpc, and is made after the gateway is attached")

    # Network ACLs -----------------------------------------------------------------------------------------------------
    def passes(self, acl, egress, protocol, port, address):
        """Whether the entries let a packet pass; the first that fits decides, and none is no."""
        entries = [e for e in self.of("AWS::EC2::NetworkAclEntry").values()
                   if self.plain(e.get("NetworkAclId")) == acl and e.get("Egress", False) is egress]
        for entry in sorted(entries, key=lambda e: e.get("RuleNumber", 0)):
            ports = entry.get("PortRange", {})
            inside = self.range("entry", entry.get("CidrBlock"))
            if (entry.get("Protocol") in (-1, protocol) and inside and ipaddress.ip_address(address) in inside and
                    (entry["Protocol"] == -1 or ports.get("From", 1) <= port <= ports.get("To", 0))):
                return entry.get("RuleAction") == "allow"
        return False

    def check_acls(self):
        numbers = set()
        for name, entry in self.of("AWS::EC2::NetworkAclEntry").items():
            key = (str(entry.get("NetworkAclId")), entry.get("Egress", False), entry.get("RuleNumber"))
            if key in numbers or not 1 <= int(entry.get("RuleNumber", 0)) <= 32766:
                wrong(name, "its number is taken, or not in 1 to 32766")
            numbers.add(key)
            if entry.get("Protocol") in (6, 17) and "PortRange" not in entry:
                wrong(name, "TCP and UDP want a PortRange")
            if entry.get("Protocol") == 1 and "Icmp" not in entry:
                wrong(name, "ICMP wants Icmp")
        vpc = next(iter(self.of("AWS::EC2::VPC").values()), {})
        whole = self.range("VPC", vpc.get("CidrBlock"))
        if whole is None:
            return
        near, user = str(whole[-2]), str(self.range("SshCidr", {"Ref": "SshCidr"})[1])
        for subnet in self.of("AWS::EC2::Subnet"):
            acl = self.associated("AWS::EC2::SubnetNetworkAclAssociation", "NetworkAclId", subnet)
            asks = [(True, 6, 443, OUTSIDE, "https to the Internet"), (False, 6, 1024, OUTSIDE, "its answers (port 1024)"),
                    (False, 6, 65535, OUTSIDE, "its answers (port 65535)")]
            for port in (22, 111, 2049, 6818, 40000):
                for protocol in (6, 17):
                    asks += [(False, protocol, port, near, f"port {port} from the VPC"), (True, protocol, port, near, f"port {port} to the VPC")]
            if subnet == "PublicSubnet":
                asks += [(False, 6, 22, user, "ssh from SshCidr"), (True, 6, 1024, user, "answers to ssh"), (True, 6, 65535, user, "answers to ssh")]
            for egress, protocol, port, address, what in asks:
                if not self.passes(acl, egress, protocol, port, address):
                    wrong(subnet, f"its network ACL stops {what}")
            if self.passes(acl, False, 6, 22, OUTSIDE):
                wrong(subnet, "its network ACL lets ssh in from everywhere")

    # EFA --------------------------------------------------------------------------------------------------------------
    def refers_to_itself(self, group):
        for kind, other in (("Ingress", "SourceSecurityGroupId"), ("Egress", "DestinationSecurityGroupId")):
            if not any(self.plain(rule.get("GroupId")) == self.plain(rule.get(other)) == ("resource", group) and rule.get("IpProtocol") == "-1"
                       for rule in self.of("AWS::EC2::SecurityGroup" + kind).values()):
                wrong(group, f"no {kind.lower()} of all protocols {'from' if kind == 'Ingress' else 'to'} itself: EFA needs both")

    def check_efa(self):
        templates = self.of("AWS::EC2::LaunchTemplate")
        if not templates:
            wrong("template", "no launch template")
        for name, properties in templates.items():
            data = properties.get("LaunchTemplateData") or {}
            group = self.plain((data.get("Placement") or {}).get("GroupName"))
            strategy = self.of("AWS::EC2::PlacementGroup").get(group[1] if isinstance(group, tuple) else None, {}).get("Strategy")
            if strategy != "cluster":
                wrong(name, "its hosts are in no placement group of the strategy cluster")
            slots, interfaces = set(), []
            for item in data.get("NetworkInterfaces") or []:
                interfaces += [i for i in item["Fn::If"][1:] if "Ref" not in i] if function(item) == "Fn::If" else [item]
            for interface in interfaces:
                slot = (interface.get("NetworkCardIndex", 0), interface.get("DeviceIndex"))
                if slot in slots:
                    wrong(name, f"two interfaces are device {slot[1]} of card {slot[0]}")
                slots.add(slot)
                if interface.get("InterfaceType") not in ("efa", "efa-only"):
                    wrong(name, f"the interface of card {slot[0]} is no EFA")
                if slot == (0, 0) and interface.get("InterfaceType") == "efa-only":
                    wrong(name, "the first interface has to have an address: efa-only has none")
                if self.plain(interface.get("SubnetId")) != ("resource", "HpcSubnet"):
                    wrong(name, "an interface is not in HpcSubnet: EFA traffic does not leave a subnet")
                groups = [self.plain(g) for g in interface.get("Groups") or []]
                if not groups:
                    wrong(name, "an interface has no security group")
                for group in groups:
                    self.refers_to_itself(group[1] if isinstance(group, tuple) else str(group))
            if (0, 0) not in slots:
                wrong(name, "no interface is device 0 of card 0")


def check_cluster(cluster, network):
    check_kind("cluster", cluster, tables.CLUSTER)
    if problems:
        return
    outputs = set(network.template.get("Outputs") or {})
    text = yaml.safe_dump(cluster)
    for name in sorted(set(re.findall(r"\$\{([^}]*)\}", text)) - outputs - {"KeyName"}):
        wrong("cluster", f"'{name}' is no output of the network")
    head, queues = cluster["HeadNode"], cluster["Scheduling"]["SlurmQueues"]
    if cluster["Image"]["Os"] not in tables.SYSTEMS:
        wrong("cluster", f"ParallelCluster has no '{cluster['Image']['Os']}'")
    if cluster["Scheduling"]["Scheduler"] != "slurm":
        wrong("cluster", "the scheduler is not slurm")
    if head["Networking"]["SubnetId"] != "${PublicSubnetId}":
        wrong("head node", "not in the public subnet")
    for where, networking in [("head node", head["Networking"])] + [(q["Name"], q["Networking"]) for q in queues]:
        if "SecurityGroups" in networking and "AdditionalSecurityGroups" in networking:
            wrong(where, "SecurityGroups and AdditionalSecurityGroups exclude each other")
    for queue in queues:
        name, networking = queue["Name"], queue["Networking"]
        if not re.fullmatch("[a-z][a-z0-9-]{0,24}", name) or name == "default":
            wrong(name, "no name for a queue")
        if networking["SubnetIds"] != ["${HpcSubnetId}"]:
            wrong(name, "EFA takes one subnet, the HPC subnet")
        if "${HpcSecurityGroupId}" not in networking.get("AdditionalSecurityGroups", networking.get("SecurityGroups", [])):
            wrong(name, "not in the security group that refers to itself")
        if networking.get("PlacementGroup") != {"Enabled": True, "Name": "${PlacementGroupName}"}:
            wrong(name, "not in the placement group of the network")
        for hosts in queue["ComputeResources"]:
            if hosts.get("Efa", {}).get("Enabled") is not True:
                wrong(name, "EFA is not enabled")
            if hosts.get("InstanceType") != "${InstanceType}":
                wrong(name, "its hosts are not of the network's instance type")
            if not 0 <= hosts.get("MinCount", 0) <= hosts.get("MaxCount", 10) or hosts.get("MaxCount", 10) < 2:
                wrong(name, "MinCount to MaxCount, two hosts at least")


def check(template, cluster):
    problems.clear()
    network = Network(template)
    network.check_form()
    network.check_references()
    if not problems:  # the rest takes the form for granted
        network.check_addresses()
        network.check_routes()
        network.check_acls()
        network.check_efa()
    check_cluster(cluster, network)
    return list(problems)


def check_changed(template, cluster, change):
    t, c = copy.deepcopy(template), copy.deepcopy(cluster)
    properties = {name: resource.get("Properties") for name, resource in t["Resources"].items()}
    exec(change, {"t": t, "r": t["Resources"], "p": properties, "c": c, "q": c["Scheduling"]["SlurmQueues"][0]})  # of tests/aws.sh
    return check(t, c)


def main():
    read = []
    for path in sys.argv[1:3]:
        with open(path, encoding="utf-8") as file:
            try:
                read.append(yaml.load(file, Loader))
            except yaml.YAMLError as error:
                print(f"{path}: {error}")
                return 1
    if len(sys.argv) > 3:
        code = 0
        with open(sys.argv[3], encoding="utf-8") as changes:
            for number, change in enumerate(changes, 1):
                found = check_changed(*read, change)
                code = code if found else 1
                print("".join(f"{number} {problem}\n" for problem in found), end="")
        return code
    found = check(*read)
    print("".join(problem + "\n" for problem in found), end="")
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
