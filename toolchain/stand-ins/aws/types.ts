/** The inputs that are honoured of each type, and what AWS decides itself. In the names of the npm package. */
export const types: Readonly<Record<string, readonly [inputs: string, computed: string]>> = {
  "aws:ebs/volume:Volume": [
    "availabilityZone encrypted finalSnapshot iops kmsKeyId size snapshotId tags throughput type",
    "arn createTime tagsAll",
  ],
  "aws:ec2/eip:Eip": [
    "address domain instance networkInterface tags",
    "allocationId arn associationId publicDns publicIp tagsAll",
  ],
  "aws:ec2/instance:Instance": [
    "ami associatePublicIpAddress availabilityZone disableApiTermination ebsOptimized iamInstanceProfile instanceType keyName launchTemplate " +
      "metadataOptions monitoring privateIp rootBlockDevice sourceDestCheck subnetId tags userData userDataReplaceOnChange vpcSecurityGroupIds",
    "arn instanceState primaryNetworkInterfaceId privateDns publicDns publicIp tagsAll",
  ],
  "aws:ec2/internetGateway:InternetGateway": ["tags vpcId", "arn ownerId tagsAll"],
  "aws:ec2/keyPair:KeyPair": ["keyName keyNamePrefix publicKey tags", "arn fingerprint keyPairId keyType tagsAll"],
  "aws:ec2/launchTemplate:LaunchTemplate": [
    "blockDeviceMappings description ebsOptimized imageId instanceType keyName metadataOptions monitoring name namePrefix tags userData",
    "arn latestVersion tagsAll",
  ],
  "aws:ec2/natGateway:NatGateway": [
    "allocationId connectivityType privateIp subnetId tags",
    "associationId networkInterfaceId publicIp tagsAll",
  ],
  "aws:ec2/route:Route": ["destinationCidrBlock gatewayId natGatewayId routeTableId", "origin state"],
  "aws:ec2/routeTable:RouteTable": ["routes tags vpcId", "arn ownerId tagsAll"],
  "aws:ec2/routeTableAssociation:RouteTableAssociation": ["gatewayId routeTableId subnetId", ""],
  "aws:ec2/securityGroup:SecurityGroup": [
    "description egress ingress name namePrefix revokeRulesOnDelete tags vpcId",
    "arn ownerId tagsAll",
  ],
  "aws:ec2/subnet:Subnet": ["availabilityZone cidrBlock mapPublicIpOnLaunch tags vpcId", "arn ownerId tagsAll"],
  "aws:ec2/volumeAttachment:VolumeAttachment": [
    "deviceName forceDetach instanceId skipDestroy stopInstanceBeforeDetaching volumeId",
    "",
  ],
  "aws:ec2/vpc:Vpc": [
    "cidrBlock enableDnsHostnames enableDnsSupport tags",
    "arn defaultNetworkAclId defaultRouteTableId defaultSecurityGroupId dhcpOptionsId mainRouteTableId ownerId tagsAll",
  ],
  "aws:ec2/vpcEndpoint:VpcEndpoint": [
    "policy privateDnsEnabled routeTableIds securityGroupIds serviceName subnetIds tags vpcEndpointType vpcId",
    "arn cidrBlocks dnsEntries networkInterfaceIds ownerId prefixListId requesterManaged state tagsAll",
  ],
  "aws:iam/instanceProfile:InstanceProfile": ["name namePrefix path role tags", "arn createDate tagsAll uniqueId"],
  "aws:iam/role:Role": [
    "assumeRolePolicy description maxSessionDuration name namePrefix path permissionsBoundary tags",
    "arn createDate tagsAll uniqueId",
  ],
  "aws:iam/rolePolicy:RolePolicy": ["name namePrefix policy role", ""],
  "aws:lb/listener:Listener": [
    "certificateArn defaultActions loadBalancerArn port protocol sslPolicy tags tcpIdleTimeoutSeconds",
    "arn tagsAll",
  ],
  "aws:lb/loadBalancer:LoadBalancer": [
    "enableCrossZoneLoadBalancing enableDeletionProtection internal ipAddressType loadBalancerType name namePrefix securityGroups subnetMappings subnets tags",
    "arn arnSuffix dnsName tagsAll vpcId zoneId",
  ],
  "aws:lb/targetGroup:TargetGroup": [
    "connectionTermination deregistrationDelay healthCheck name namePrefix port preserveClientIp protocol stickiness tags targetType vpcId",
    "arn arnSuffix loadBalancerArns tagsAll",
  ],
  "aws:lb/targetGroupAttachment:TargetGroupAttachment": ["availabilityZone port targetGroupArn targetId", ""],
  "aws:route53/record:Record": ["aliases allowOverwrite name records ttl type zoneId", "fqdn"],
  "aws:route53/zone:Zone": ["comment forceDestroy name tags vpcs", "arn nameServers primaryNameServer tagsAll zoneId"],
  "aws:s3/bucket:Bucket": [
    "bucket bucketPrefix forceDestroy objectLockEnabled tags",
    "arn bucketDomainName bucketRegion bucketRegionalDomainName hostedZoneId tagsAll",
  ],
  "aws:s3/bucketPublicAccessBlock:BucketPublicAccessBlock": [
    "blockPublicAcls blockPublicPolicy bucket ignorePublicAcls restrictPublicBuckets skipDestroy",
    "",
  ],
  "aws:s3/bucketServerSideEncryptionConfiguration:BucketServerSideEncryptionConfiguration": [
    "bucket expectedBucketOwner rules",
    "",
  ],
  "aws:s3/bucketVersioning:BucketVersioning": ["bucket expectedBucketOwner mfa versioningConfiguration", ""],
  "aws:vpc/securityGroupEgressRule:SecurityGroupEgressRule": [
    "cidrIpv4 cidrIpv6 description fromPort ipProtocol referencedSecurityGroupId securityGroupId tags toPort",
    "arn securityGroupRuleId tagsAll",
  ],
  "aws:vpc/securityGroupIngressRule:SecurityGroupIngressRule": [
    "cidrIpv4 cidrIpv6 description fromPort ipProtocol referencedSecurityGroupId securityGroupId tags toPort",
    "arn securityGroupRuleId tagsAll",
  ],
};
