/** An answer file for a BIOS machine that Setup accepts; tests change it by replacing text. */
export const answerXml = `<?xml version="1.0" encoding="utf-8"?>
<unattend xmlns="urn:schemas-microsoft-com:unattend" xmlns:wcm="http://schemas.microsoft.com/WMIConfig/2002/State">
  <settings pass="windowsPE">
    <component name="Microsoft-Windows-International-Core-WinPE" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <SetupUILanguage><UILanguage>en-US</UILanguage></SetupUILanguage>
      <UILanguage>en-US</UILanguage>
    </component>
    <component name="Microsoft-Windows-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <DiskConfiguration>
        <Disk wcm:action="add">
          <CreatePartitions>
            <CreatePartition wcm:action="add"><Order>1</Order><Size>100</Size><Type>Primary</Type></CreatePartition>
            <CreatePartition wcm:action="add"><Order>2</Order><Extend>true</Extend><Type>Primary</Type></CreatePartition>
          </CreatePartitions>
          <ModifyPartitions>
            <ModifyPartition wcm:action="add"><Order>1</Order><PartitionID>1</PartitionID><Active>true</Active><Format>NTFS</Format><Label>System</Label></ModifyPartition>
            <ModifyPartition wcm:action="add"><Order>2</Order><PartitionID>2</PartitionID><Format>NTFS</Format><Label>Windows</Label><Letter>C</Letter></ModifyPartition>
          </ModifyPartitions>
          <DiskID>0</DiskID>
          <WillWipeDisk>true</WillWipeDisk>
        </Disk>
      </DiskConfiguration>
      <ImageInstall><OSImage><InstallTo><DiskID>0</DiskID><PartitionID>2</PartitionID></InstallTo></OSImage></ImageInstall>
      <UserData><AcceptEula>true</AcceptEula><FullName>Somebody</FullName><Organization>Somewhere</Organization></UserData>
    </component>
  </settings>
  <settings pass="specialize">
    <component name="Microsoft-Windows-Deployment" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <RunSynchronous>
        <RunSynchronousCommand wcm:action="add"><Description>one</Description><Order>1</Order><Path>bash -c "echo specialized &gt;/cygdrive/c/specialized"</Path><WillReboot>OnRequest</WillReboot></RunSynchronousCommand>
      </RunSynchronous>
    </component>
    <component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <ComputerName>REHEARSAL</ComputerName>
      <TimeZone>UTC</TimeZone>
    </component>
    <component name="Microsoft-Windows-TCPIP" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <Interfaces>
        <Interface wcm:action="add">
          <Ipv4Settings><DhcpEnabled>false</DhcpEnabled></Ipv4Settings>
          <Identifier>52-54-00-12-01-01</Identifier>
          <UnicastIpAddresses><IpAddress wcm:action="add" wcm:keyValue="1">192.168.0.1/24</IpAddress></UnicastIpAddresses>
        </Interface>
      </Interfaces>
    </component>
  </settings>
  <settings pass="oobeSystem">
    <component name="Microsoft-Windows-Shell-Setup" processorArchitecture="amd64" publicKeyToken="31bf3856ad364e35" language="neutral" versionScope="nonSxS">
      <AutoLogon><Password><Value>secret-Word1</Value><PlainText>true</PlainText></Password><Enabled>true</Enabled><LogonCount>1</LogonCount><Username>Administrator</Username></AutoLogon>
      <FirstLogonCommands>
        <SynchronousCommand wcm:action="add"><CommandLine>C:\\cygwin64\\bin\\bash.exe -l -c "echo first"</CommandLine><Order>1</Order></SynchronousCommand>
        <SynchronousCommand wcm:action="add"><CommandLine>shutdown -s -t 0</CommandLine><Order>2</Order></SynchronousCommand>
      </FirstLogonCommands>
      <OOBE><HideEULAPage>true</HideEULAPage><ProtectYourPC>3</ProtectYourPC></OOBE>
      <UserAccounts><AdministratorPassword><Value>secret-Word1</Value><PlainText>true</PlainText></AdministratorPassword></UserAccounts>
    </component>
  </settings>
</unattend>
`;

/** The partitions of a UEFI machine in its place. */
export function forUefi(xml: string): string {
  return xml
    .replace(/<CreatePartitions>[\s\S]*<\/ModifyPartitions>/, () => uefiPartitions)
    .replace(
      "<PartitionID>2</PartitionID></InstallTo>",
      "<PartitionID>3</PartitionID></InstallTo>",
    );
}

const uefiPartitions = `<CreatePartitions>
            <CreatePartition wcm:action="add"><Order>1</Order><Size>128</Size><Type>EFI</Type></CreatePartition>
            <CreatePartition wcm:action="add"><Order>2</Order><Size>16</Size><Type>MSR</Type></CreatePartition>
            <CreatePartition wcm:action="add"><Order>3</Order><Extend>true</Extend><Type>Primary</Type></CreatePartition>
          </CreatePartitions>
          <ModifyPartitions>
            <ModifyPartition wcm:action="add"><Order>1</Order><PartitionID>1</PartitionID><Format>FAT32</Format><Label>System</Label></ModifyPartition>
            <ModifyPartition wcm:action="add"><Order>2</Order><PartitionID>3</PartitionID><Format>NTFS</Format><Letter>C</Letter></ModifyPartition>
          </ModifyPartitions>`;

/** Puts other first logon commands in. */
export function withFirstLogon(xml: string, commands: readonly string[]): string {
  const items = commands.map(
    (command, at) =>
      `<SynchronousCommand wcm:action="add"><CommandLine>${escapeText(command)}</CommandLine><Order>${at + 1}</Order></SynchronousCommand>`,
  );
  return xml.replace(
    /<FirstLogonCommands>[\s\S]*<\/FirstLogonCommands>/,
    () => `<FirstLogonCommands>${items.join("")}</FirstLogonCommands>`,
  );
}

function escapeText(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}
