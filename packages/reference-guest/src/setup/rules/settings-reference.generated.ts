// Made by scripts/generate-settings-reference.ts. Do not edit.
//
// Facts on the settings of answer files: which there are, in which passes they may stand, their legal values and
// lengths. They are restated from Microsoft's Unattended Windows Setup Reference, state of December 2018 (Windows 10
// 1809), https://learn.microsoft.com/windows-hardware/customize/desktop/unattend/, by Microsoft, CC-BY-4.0; the passes of
// components from cschneegans/unattend-generator, MIT.

/** See settings-reference.ts for the form. */
export const settingsReference = `
Microsoft-Windows-Audio-AudioCore s
 EnableCaptureMonitor
Microsoft-Windows-Audio-VolumeControl s
 EnableVolumeControlWhileLocked =true|false
Microsoft-Windows-Authentication-AuthUI s
Microsoft-Windows-BLB-WSB-Online-Main sl
 DescriptionText1
 DescriptionText2
 EnableOnlineBackup =true|false
 Icon
 Link1
 Link1Text
 Link2
 Link2Text
 ProviderName
 ResourceDll <259
Microsoft-Windows-BrowserService g
 MaintainServerList =Yes|No|Auto
Microsoft-Windows-CodeIntegrity o
 SKUPolicyRequired
Microsoft-Windows-CoreMmRes gsaul
 CameraSoundLevel
 NoPhysicalCameraLED
Microsoft-Windows-DNS-Client s
 DNSDomain <255 !
 DNSSuffixSearchOrder
  DomainName !
   Key !
   Value !
 Interfaces
  Interface
   DNSDomain <255 !
   DNSServerSearchOrder
    IpAddress !
     Key
     Value
   DisableDynamicUpdate =true|false
   EnableAdapterDomainNameRegistration =true|false
   Identifier !
 UseDomainNameDevolution =true|false
Microsoft-Windows-Deployment gsaul
 AuditComputerName a
  MustReboot =true|false
  Name <15 !
 DeviceForm gsal
 DuplicatorDescription g !
 ExtendOSPartition gsal
  Extend =true|false
  Size
 Generalize u
  ForceShutdownNow =true|false
  Mode =Audit|OOBE
 Reseal aul
  ForceShutdownNow =true|false
  Mode =Audit|OOBE
 RunAsynchronous su !
  RunAsynchronousCommand
   Credentials
    Domain !
    Password !
    Username !
   Description <259 !
   Order
   Path <259 !
 RunSynchronous su !
  RunSynchronousCommand
   Credentials
    Domain !
    Password !
    Username !
   Description <259 !
   Order
   Path <259 !
   WillReboot =Always|OnRequest|Never
Microsoft-Windows-DeviceAccess s
 SetRegionSpecificPrivacyAccessPolicy
Microsoft-Windows-DeviceGuard-Unattend o
 EnableVirtualizationBasedSecurity
 HypervisorEnforcedCodeIntegrity
 LsaCfgFlags
Microsoft-Windows-Devices-Lights-WinRT o
Microsoft-Windows-DiagCpl ogs
 Description
 Icon
 Link
 Title
Microsoft-Windows-Disk-Failure-Diagnostic-Module ogs
 DfdAlertTextOverride
 EnabledScenarioExecutionLevel =1|2
Microsoft-Windows-Embedded-BootExp sl
 DisableBootMenu
 DisplayDisabled
 HideAllBootUI
 HideBootLogo
 HideBootStatusIndicator
 HideBootStatusMessage
Microsoft-Windows-Embedded-EmbeddedLogon os
 AnimationDisabled
 BrandingNeutral
 HideAutoLogonUI
 NoLockScreen
 UIVerbosityLevel
Microsoft-Windows-Embedded-KeyboardFilterService o
 Alt
 AltF4
 AltSpace
 AltTab
 AltWin
 BrowserBack
 BrowserFavorites
 BrowserForward
 BrowserHome
 BrowserRefresh
 BrowserSearch
 BrowserStop
 ControlAltDelete
 ControlEscape
 ControlTab
 ControlWindowsF
 Ctrl
 CtrlF4
 CtrlWin
 CustomFilters
 CustomScancodes
 DisableKeyboardFilterForAdministrators
 Escape
 F21
 ForceOffAccessibility
 LaunchApp1
 LaunchApp2
 LaunchMail
 LaunchMediaSelect
 LeftShiftLeftAltNumLock
 LeftShiftLeftAltPrintScreen
 MediaNext
 MediaPlayPause
 MediaPrev
 MediaStop
 Shift
 ShiftControlEscape
 ShiftWin
 VolumeDown
 VolumeMute
 VolumeUp
 Windows
 WindowsB
 WindowsBreak
 WindowsC
 WindowsComma
 WindowsD
 WindowsDown
 WindowsE
 WindowsEnter
 WindowsEscape
 WindowsF
 WindowsF1
 WindowsH
 WindowsHome
 WindowsI
 WindowsJ
 WindowsK
 WindowsL
 WindowsLeft
 WindowsM
 WindowsMinus
 WindowsO
 WindowsP
 WindowsPageDown
 WindowsPageUp
 WindowsPeriod
 WindowsQ
 WindowsR
 WindowsRight
 WindowsShiftDown
 WindowsShiftLeft
 WindowsShiftRight
 WindowsShiftUp
 WindowsSlash
 WindowsSpacebar
 WindowsT
 WindowsTab
 WindowsUp
 WindowsV
 WindowsW
 WindowsZ
Microsoft-Windows-Embedded-ShellLauncher l
 DefaultReturnCodeAction
 Shell
 UserSettings
  User
   AccountName
   CustomReturnCodeAction
    CodeAction
     Action
     ReturnCode
   DefaultCodeReturnCodeAction
   Domain
   Key
   Shell
Microsoft-Windows-Embedded-UnifiedWriteFilter s
 AddAllVolume
 Binding
 BootStatusPolicy
 DisableAutoDefrag
 DomainSecretKeyPersisted
 OverlayCriticalThreshold
 OverlayFlags
 OverlayMaximumSize
 OverlayType
 OverlayWarningThreshold
 ProtectedVolumeList
  ProtectedVolumeEntry
   DriveLetter
   FileExceptionsUserDefined
 RegistryExceptionsUserDefined
 TSCALPersisted
Microsoft-Windows-EnhancedStorage-Adm s
 TCGSecurityActivationDisabled =1|0
Microsoft-Windows-ErrorReportingCore s
 DefaultConsent =0|2|3|4
 DisableWER =0|1
Microsoft-Windows-Fax-Service s
 Fax
  ArchiveFaxes =true|false
  ArchiveFolderName <259 !
  IncomingFaxesArePublic =true|false
 FaxUnattend
  Csid <19 !
  FaxPrinterIsShared =true|false
  ReceiveFaxes =true|false
  Rings
  RouteFolderName <259 !
  RoutePrinterName !
  RouteToFolder =true|false
  RouteToPrinter =true|false
  SendFaxes =true|false
  Tsid <19 !
 Receipts
  FaxUserName <256 !
  FaxUserPassword <256 !
  SmtpNotificationsEnabled =true|false
  SmtpSenderAddress !
  SmtpServerAddress !
  SmtpServerAuthenticationMechanism =0|1|2
  SmtpServerPort
Microsoft-Windows-GPIOButtons os
 ConvertibleSlateMode
Microsoft-Windows-HelpAndSupport sl
 HelpAndSupport
  Logo
  LogoURL
  Manufacturer <256
  SearchContent =true|false
  SupportSearchURL
  TileColor
Microsoft-Windows-IE-ClientNetworkProtocolImplementation l
 CacheLimit
 HKLMConnectRetries
 HKLMConnectTimeOut
 HKLMContentPerUserItem =true|false
 HKLMCookiesPerUserItem =true|false
 HKLMHistoryPerUserItem =true|false
 HKLMProxyEnable =true|false
 HKLMProxyOverride !
 HKLMProxyServer !
 HKLMReceiveTimeOut
 HKLMSendTimeOut
Microsoft-Windows-IE-ESC s
 IEHardenAdmin =true|false
 IEHardenUser =true|false
Microsoft-Windows-IE-InternetExplorer s
 Accelerators
  Accelerator
   AcceleratorXML
   IsDefault
   ItemKey
 AllowedSites
 BlockPopups ! =yes|no
 CommandLabelDisplay
 CompanyName !
 CompatibilityViewDomains
 DisableAccelerators =true|false
 DisableDataExecutionPrevention
 DisableDevTools
 DisableFirstRunWizard =true|false
 DisableOOBAccelerators =true|false
 FavoriteBarItems
  FavoriteBarItem
   ItemKey
   ItemName
   ItemType
   ItemURL
 FavoritesDelete =true|false
 FavoritesList
  FavoriteItem
   FavID !
   FavIconFile
   FavOffLine =true|false
   FavTitle !
   FavURL !
 FavoritesOnTop ! =true|false
 FeedList
  FeedItem
   FeedKey !
   FeedTitle !
   FeedURL !
 FilterLevel ! =Low|Medium|High
 FindProvidersURL !
 GroupTabs
 Help_Page !
 Home_Page !
 InstalledBHOList
  AddonGuidItem
   AddonGuid
 InstalledBrowserExtensions
  AddonGuidItem
   AddonGuid
 InstalledToolbarsList
  AddonGuidItem
   AddonGuid
 IntranetCompatibilityMode
 LocalIntranetSites
 LockToolbars
 MSCompatibilityMode
 PlaySound =true|false
 PreApprovedAddons
  AddonGuidItem
   AddonGuid
 PrivacyAdvisorMode
 QuickLinkList
  QuickLinkItem
   QLID !
   QuickLinkName !
   QuickLinkUrl !
 SearchScopes
  Scope
   FaviconURL
   PreviewURL
   ScopeDefault =true|false
   ScopeDisplayName !
   ScopeKey !
   ScopeUrl !
   ShowSearchSuggestions
   SuggestionsURL
   SuggestionsURL_JSON
 ShowInformationBar =true|false
 ShowLeftAddressToolbar
 StartPages
  StartPage
   StartPageKey !
   StartPageUrl !
 SuggestedSitesEnabled
 TabProcessGrowth
 TrustedSites
 UserAgent !
 Window_Title_CN !
Microsoft-Windows-International-Core sl
 InputLocale
 SystemLocale
 UILanguage
 UILanguageFallback
 UserLocale
Microsoft-Windows-International-Core-WinPE w
 InputLocale
 LayeredDriver
 SetupUILanguage
  UILanguage !
  WillShowUI
 SystemLocale
 UILanguage
 UILanguageFallback
 UserLocale
Microsoft-Windows-LUA-Settings o
 EnableLUA =true|false
Microsoft-Windows-MapControl-Desktop sl
 ChinaVariantWin10
Microsoft-Windows-MediaPlayer-Core o
 InitialOEMServiceProvider
Microsoft-Windows-MicrosoftEdgeBrowser s
 FavoriteBarItems
  FavoriteBarItem
   ItemFavIconFile
   ItemKey
   ItemName
   ItemUrl
Microsoft-Windows-MobilePC-Sensors-API s
 AdaptiveBrightness
  ALRPoints
  DisplayResponseInterval
  IlluminanceChangeSensitivity
Microsoft-Windows-MobilePC-Sensors-API-AdaptiveBrightness s
 ALRCurveVersion
 AutobrightnessLuxToNitsCurve
 DefaultSliderPosition
 IsAutobrightnessEnabledByDefault
Microsoft-Windows-NetBT s
 Interfaces
  Interface
   Identifier <256 !
   NameServerList
    IpAddress !
     Key
     Value
   NetbiosOptions =0|1|2
Microsoft-Windows-NetworkBridge g
 Bridge !
Microsoft-Windows-NetworkLoadBalancing-Core s
 Clusters
  Cluster
   BDATeam
    Master =true|false
    ReverseHash
    Team !
   ClusterIpAddress !
   ClusterIpToClusterMacEnabled =true|false
   ClusterMacAddress !
   ClusterMode ! =Unicast|Multicast|IGMPMulticast
   ClusterName !
   ClusterNetMask !
   DedicatedIpAddresses
    IpAddress
     IpAddress !
     Key
     NetworkMask !
   HostIdentifier
   ICMPFilteringEnabled =true|false
   IdentityHeartbeatPeriod
   InitialHostState ! =Stopped|Suspended|Started
   Interface !
   MaskSourceMacEnabled =true|false
   MaximumConnectionDescriptors
   MembershipHeartbeatLossTolerance
   MembershipHeartbeatPeriod
   NetBTSupportEnabled =true|false
   PersistedSuspendedState =false|true
   Portrules
    Portrule
     ClientAffinity ! =Single|Network|None
     EndPort
     EqualLoad =true|false
     HostPriority
     Key !
     LoadWeight
     Mode ! =Single|MultipleHost|Disabled
     Protocol ! =TCP|UDP|BOTH
     StartPort
     Timeout
     VirtualIPAddress !
   UnicastInterHostCommunicationSupportEnabled =true|false
   VirtualIPAddresses
    IPAddress
     IPAddress !
     Key
     NetworkMask !
  MulticastSpoofEnabled =true|false
Microsoft-Windows-OutOfBoxExperience gs
 DoNotOpenInitialConfigurationTasksAtLogon =true|false
 OemExtensionXmlFilePath
Microsoft-Windows-PartitionManager o
 SanPolicy =1|2|3
Microsoft-Windows-PnpCustomizationsNonWinPE oa
 DriverPaths
  PathAndCredentials
   Credentials
    Domain
    Password
    Username
   Key !
   Path <259 !
Microsoft-Windows-PnpCustomizationsWinPE w
 DriverPaths
  PathAndCredentials
   Credentials
    Domain
    Password
    Username
   Key oa !
   Path <259 !
Microsoft-Windows-PnpSysprep gs
 DoNotCleanUpNonPresentDevices =True|false
 PersistAllDeviceInstalls g =true|false
Microsoft-Windows-PowerCPL gs
 PreferredPlan !
Microsoft-Windows-Printing-Spooler-Core s
 RemoveMPDW
 RemoveMXDW =0|1
 Start
Microsoft-Windows-RasServer s
 ConfigurationFlags =true|false
 RouterType =1|2|3|4|5|6|7
Microsoft-Windows-RemoteAssistance-Exe s
 CreateEncryptedOnlyTickets =true|false
 MaxTicketExpiry
 MaxTicketExpiryUnits =0|1|2
 fAllowFullControl =true|false
 fAllowToGetHelp =true|false
 fEnableChatControl =true|false
Microsoft-Windows-SHWebSVC l
 Description <80
 DisplayName <40
 ID <20
 Icon
 href
Microsoft-Windows-SMBServer g
 LmAnnounce =true|false
 Size =1|2|3
Microsoft-Windows-SNMP-Agent-Service gs
 EnableAuthenticationTraps =true|false
 PermittedManagers
  A1
 RFC1156Agent
  sysContact
  sysLocation
  sysServices
 TrapConfiguration
  TrapConfigurationItems
   Community_Name
   Traps
 ValidCommunities
  ValidCommunity
   Key
   Value =1|2|4|8|16
Microsoft-Windows-SQMAPI s
 CEIPEnabled
Microsoft-Windows-STObject gs
 CustomPowerApplication1
  Application
  IconID
  ItemName
  Parameters
 CustomPowerApplication2
  Application
  IconID
  ItemName
  Parameters
 CustomPowerApplication3
  Application
  IconID
  ItemName
  Parameters
 CustomPowerApplication4
  Application
  IconID
  ItemName
  Parameters
 CustomPowerApplication5
  Application
  IconID
  ItemName
  Parameters
 CustomPowerApplication6
  Application
  IconID
  ItemName
  Parameters
 FlyoutAutoPowerScheme !
 FlyoutPowerSaverPowerScheme !
Microsoft-Windows-SecureStartup-FilterDriver osal
 BytesDecryptedInDiskRequestOverhead
 MaxCryptoRequestsPerIo
 MaxDecryptRequests
 MaxEncryptRequests
 PreventDeviceEncryption =false|true
 SlicedEncryptionInPlace =0|1
 SlicedEncryptionMax
 SlicedEncryptionMinSize
 WriteIoAggregateMaxSize
 WriteIoAggregateMinSize
 WriteSubrequestLength
Microsoft-Windows-Security-SPP g
 SkipRearm =0|1
Microsoft-Windows-Security-SPP-UX s
 SkipAutoActivation =true|false
Microsoft-Windows-Sensors-Core osl
Microsoft-Windows-ServerManager-SvrMgrNc gs
 DoNotOpenServerManagerAtLogon =true|false
Microsoft-Windows-Setup w
 ComplianceCheck
  DisplayReport ! =OnError|Never
 Diagnostics
  OptIn =true|false
 DiskConfiguration
  DisableEncryptedDiskProvisioning =true|false
  Disk
   CreatePartitions
    CreatePartition
     Extend =true|false
     Order
     Size
     Type ! =Primary|EFI|Extended|Logical|MSR
   DiskID
   ModifyPartitions
    ModifyPartition
     Active =true|false
     Extend =true|false
     Format =NTFS|FAT32
     Label !
     Letter !
     Order
     PartitionID
     TypeID
   WillWipeDisk =true|false
  WillShowUI =Always|OnError|Never
 Display
  ColorDepth
  HorizontalResolution
  RefreshRate
  VerticalResolution
 DynamicUpdate
  Enable =true|false
  WillShowUI ! =Always|OnError|Never
 EnableFirewall =true|false
 EnableNetwork =true|false
 ImageInstall
  DataImage
   InstallFrom
    Credentials
     Domain
     Password
     Username
    MetaData
     Key !
     Value
    Path
   InstallTo
    DiskID
    PartitionID
   Order
  OSImage
   Compact =true|false
   InstallFrom
    Credentials
     Domain !
     Password !
     Username !
    MetaData
     Key !
     Value !
    Path !
   InstallTo
    DiskID
    PartitionID
   InstallToAvailablePartition =true|false
   WillShowUI =Always|OnError|Never
 LogPath <259 !
 PageFile
  Path !
  Size
 Restart ! =Restart|Shutdown
 RunAsynchronous
  RunAsynchronousCommand
   Credentials
    Domain !
    Password !
    Username !
   Description !
   Order
   Path !
 RunSynchronous
  RunSynchronousCommand
   Credentials
    Domain !
    Password !
    UserName !
   Description
   Order
   Path !
 UpgradeData
  Upgrade =true|false
  WillShowUI ! =Always|OnError|Never
 UseConfigurationSet =true|false
 UserData
  AcceptEula =true|false
  FullName <63 !
  Organization <63 !
  ProductKey
   Key !
   WillShowUI ! =Always|OnError|Never
 WindowsDeploymentServices
  ImageSelection
   InstallImage
    Filename !
    ImageGroup !
    ImageName !
   InstallTo
    DiskID
    PartitionID
   WillShowUI ! =Always|OnError|Never
  Login
   Credentials
    Domain !
    Password !
    Username !
   WillShowUI ! =Always|OnError|Never
Microsoft-Windows-SharedAccess g
 EnableICS =true|false
 ExternalAdapter !
 InternalAdapter !
 InternalIsBridge =true|false
Microsoft-Windows-Shell-Setup wogsaul
 AutoLogon sal
  Domain <256
  Enabled =true|false
  LogonCount
  Password
   PlainText =true|false
   Value
  Username <256 !
 BluetoothTaskbarIconEnabled ogsul =true|false
 ComputerName os <15
 ConvertibleSlateModePromptPreference wogsal
 CopyProfile s =true|false
 DesktopOptimization osl
  GoToDesktopOnSignIn =true|false
  ShowWindowsStoreAppsOnTaskbar =true|false
 DisableAutoDaylightTimeSet sal =true|false
 Display saul
  ColorDepth
  HorizontalResolution
  RefreshRate
  VerticalResolution
 EnableStartMenu ogsal =true|false
 FirstLogonCommands l
  SynchronousCommand
   CommandLine <1024
   Description <256
   Order
   RequiresUserInput =true|false
 FolderLocations l
  ProfilesDirectory <256 !
  ProgramData <259 !
 LogonCommands l
  AsynchronousCommand
   CommandLine <1024
   Description <256
   Order
   RequiresUserInput =true|false
 NotificationArea s
  PromotedIcon1
   GUID !
   Path !
  PromotedIcon2
   GUID !
   Path
 OEMInformation ogsul
  HelpCustomized =true|false
  Logo <256
  Manufacturer <256
  Model <256
  SupportAppURL
  SupportHours <256
  SupportPhone
  SupportURL <2083
 OEMName s <256
 OOBE l
  HideEULAPage =true|false
  HideLocalAccountScreen =true|false
  HideOEMRegistrationScreen =true|false
  HideOnlineAccountScreens =true|false
  HideWirelessSetupInOOBE =true|false
  NetworkLocation =Home|Work|Other
  OEMAppID
  ProtectYourPC =1|2|3
  UnattendEnableRetailDemo =true|false
  VMModeOptimizations
   SkipAdministratorProfileRemoval
   SkipNotifyUILanguageChange
   SkipWinREInitialization
 OfflineUserAccounts o
  OfflineAdministratorPassword
   PlainText =true|false
   Value
  OfflineDomainAccounts
   OfflineDomainAccount
    Group <256
    SID <256 !
  OfflineLocalAccounts
   LocalAccount
    Description <256
    DisplayName <256
    Group <256
    Name <256 !
    Password
     PlainText =true|false
     Value
 ProductKey s !
 RegionalOverrides
  RegionalOverride
   SquareTiles
    SquareTile12
     FirstRunTask sul
 RegisteredOrganization ogsul <256
 RegisteredOwner ogsul <256
 ShowPowerButtonOnStartScreen sul =true|false
 SignInMode wogsal
 StartTiles sul
  LockScreen
   Badge
    AppId
  RegionalOverrides
   RegionalOverride
    LockScreen
     Badge
      AppId
    Order
    Regions
     Region
      CountryOrRegionID
      Key
    SquareTiles
     SquareOrDesktopTile1
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile10
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile11
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile12
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile2
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile3
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile4
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile5
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile6
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile7
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile8
      AppIdOrPath
      FirstRunTask
     SquareOrDesktopTile9
      AppIdOrPath
      FirstRunTask
     SquareTile1
      AppId
      FirstRunTask
     SquareTile10
      AppId
     SquareTile11
      AppId
      FirstRunTask
     SquareTile12
      AppId
     SquareTile2
      AppId
      FirstRunTask
     SquareTile3
      AppId
      FirstRunTask
     SquareTile4
      AppId
      FirstRunTask
     SquareTile5
      AppId
      FirstRunTask
     SquareTile6
      AppId
      FirstRunTask
     SquareTile7
      AppId
      FirstRunTask
     SquareTile8
      AppId
      FirstRunTask
     SquareTile9
      AppId
      FirstRunTask
    WideTiles
     WideTile1
      AppId
      FirstRunTask
     WideTile2
      AppId
      FirstRunTask
     WideTile3
      AppId
      FirstRunTask
     WideTile4
      AppId
      FirstRunTask
     WideTile5
      AppId
      FirstRunTask
     WideTile6
      AppId
      FirstRunTask
  SquareTiles
   SquareOrDesktopTile1
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile10
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile11
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile12
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile2
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile3
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile4
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile5
    AppIdOrPath
   SquareOrDesktopTile6
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile7
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile8
    AppIdOrPath
    FirstRunTask
   SquareOrDesktopTile9
    AppIdOrPath
    FirstRunTask
   SquareTile1
    AppId
    FirstRunTask
   SquareTile10
    AppId
    FirstRunTask
   SquareTile11
    AppId
    FirstRunTask
   SquareTile12
    AppId
    FirstRunTask
   SquareTile2
    AppId
    FirstRunTask
   SquareTile3
    AppId
    FirstRunTask
   SquareTile4
    AppId
    FirstRunTask
   SquareTile5
    AppId
    FirstRunTask
   SquareTile6
    AppId
    FirstRunTask
   SquareTile7
    AppId
    FirstRunTask
   SquareTile8
    AppId
    FirstRunTask
   SquareTile9
    AppId
    FirstRunTask
  WideTiles
   WideTile1
    AppId
    FirstRunTask
   WideTile2
    AppId
    FirstRunTask
   WideTile3
    AppId
    FirstRunTask
   WideTile4
    AppId
    FirstRunTask
   WideTile5
    AppId
    FirstRunTask
   WideTile6
    AppId
    FirstRunTask
 StartTilesRegionalOverrides
  RegionalOverride
   SquareTiles
    SquareTile10
     FirstRunTask sul
 TaskbarLinks sul
  Link0 <259 !
  Link1 <259 !
  Link2 <259 !
  Link3 <259 !
  Link4 <259 !
  Link5 <259 !
 Themes saul
  BrandIcon <1024
  CustomDefaultThemeFile <259
  DesktopBackground <259
  ScreenSaver <256
  ThemeName <259
  UWPAppsUseLightTheme =true|false
  WindowColor
 TimeZone sal <256
 UserAccounts al
  AdministratorPassword
   PlainText =true|false
   Value
  DomainAccounts
   DomainAccountList
    Domain !
    DomainAccount
     Group <256
     Name <256 !
  LocalAccounts
   LocalAccount
    Description <256
    DisplayName <256
    Group <256
    Name <256 !
    Password
     PlainText =true|false
     Value
 VisualEffects l
  FontSmoothing =Standard|On|Off|ClearType
  SystemDefaultBackgroundColor
 WindowsFeatures saul
  ShowInternetExplorer =true|false
  ShowMediaCenter =true|false
  ShowWindowsMediaPlayer =true|false
Microsoft-Windows-StorPort-RegistrySettings saul
 TelemetryPerformanceHighResolutionTimer =true|false
Microsoft-Windows-SystemMaintenanceService s
 CacheList
  Cache
   CacheID
   CacheSizeMB
   DiskID
   EnableCompression =true|false
   EnableEncryption =true|false
   PartitionID
Microsoft-Windows-SystemRestore-Main s
 DisableSR =0|1
Microsoft-Windows-SystemSettingsThreshold gs
 DisplayNetworkSelection =true|false
 WiFiToWlan =true|false
Microsoft-Windows-TCPIP ws
 IcmpRedirectsEnabled =true|false
 Interfaces
  Interface
   Identifier <256 !
   Ipv4Settings
    DhcpEnabled =true|false
    Metric
    RouterDiscoveryEnabled =true|false
   Ipv6Settings
    DhcpEnabled =true|false
    Metric
    RouterDiscoveryEnabled =true|false
   Routes
    Route
     Identifier <256
     Metric
     NextHopAddress <45 !
     Prefix <49 !
   UnicastIpAddresses
    IpAddress !
     Key
     Value
Microsoft-Windows-TabletPC-Platform-Input-Core osl
 AssociationData o
  AssociationElement
   Key !
   Value !
 HandwritingPanelDockedModeSet
 LinearityData o
  DeviceElement
   Key !
   Value !
 MultiTouchEnabled o =true|false
 PanningDisabled o =true|false
 TouchGate o =0|1
 TouchKeyboardAutoInvokeEnabled
Microsoft-Windows-TapiSetup s
 TapiConfigured =0|1
 TapiUnattendLocation
  AreaCode
  CountryOrRegion
  DisableCallWaiting
  InternationalCarrierCode
  LongDistanceAccess
  LongDistanceCarrierCode
  Name !
  OutsideAccess
  PulseOrToneDialing =0|1
Microsoft-Windows-TerminalServices-CentralPublishing l
 Port
Microsoft-Windows-TerminalServices-LicenseServer l
 DBPath
 Role
Microsoft-Windows-TerminalServices-LocalSessionManager ogs
 fDenyTSConnections =true|false
Microsoft-Windows-TerminalServices-Publishing-WMIProvider ogs
 fDisabledAllowList
Microsoft-Windows-TerminalServices-RDP-WinStationExtensions gs
 SecurityLayer =0|1|2
 UserAuthentication =0|1
Microsoft-Windows-TerminalServices-RemoteConnectionManager ogs
 LicensingMode =2|4|5
Microsoft-Windows-Tpm-Tasks s
 ClearTpm
Microsoft-Windows-TwinUI osl
 CustomProtocol o
Microsoft-Windows-TwinUI-Tasks osl
 Hide
Microsoft-Windows-UnattendedJoin os
 Identification s
  Credentials
   Domain !
   Password !
   Username !
  DebugJoin ! =true|false
  DebugJoinOnlyOnThisError !
  JoinDomain !
  JoinWorkgroup !
  MachineObjectOU !
  MachinePassword
  Provisioning
   AccountData
  TimeoutPeriodInMinutes
  UnsecureJoin =true|false
 OfflineIdentification o
  Provisioning
   AccountData
Microsoft-Windows-WDF-KernelLibrary o
 DriverStartType =0|3
Microsoft-Windows-WLANSVC wosl
 CoexistenceSupport osl
 NumAntennaConnected osl
 RadioLocation ws
 SimultaneousMultiChannelSupported osl
 WLANFunctionLevelDeviceResetSupported osl
 WLANPlatformLevelDeviceResetSupported osl
Microsoft-Windows-WPD-BusEnumService s
 BTSearchIntervalOnAC
 BTSearchIntervalOnDC
Microsoft-Windows-WWANUI gs
 NotInOOBE =true|false
Microsoft-Windows-WiFiNetworkManager osl
 DefaultAutoConnectSharedState
 WiFiSharingFacebookInitial
 WiFiSharingOutlookInitial
 WiFiSharingSkypeInitial
Microsoft-Windows-WinRE-RecoveryAgent l
 UninstallWindowsRE =true|false
Microsoft-Windows-WorkstationService gs
 AllowInsecureGuestAuth g
 OtherDomains g
 SyncDomainWithMembership s =true|false
Networking-MPSSVC-Svc s
 DisableStatefulFTP =true|false
 DisableStatefulPPTP =true|false
 DomainProfile_DisableNotifications =true|false
 DomainProfile_EnableFirewall =true|false
 DomainProfile_LogDroppedPackets =true|false
 DomainProfile_LogFile
 DomainProfile_LogFileSize
 DomainProfile_LogSuccessfulConnections =true|false
 FirewallGroups
  FirewallGroup
   Active =true|false
   Group
   Key !
   Profile =all|domain|private|public
 PrivateProfile_DisableNotifications =true|false
 PrivateProfile_EnableFirewall =true|false
 PrivateProfile_LogDroppedPackets =true|false
 PrivateProfile_LogFile
 PrivateProfile_LogFileSize
 PrivateProfile_LogSuccessfulConnections =true|false
 PublicProfile_DisableNotifications =true|false
 PublicProfile_EnableFirewall =true|false
 PublicProfile_LogDroppedPackets =true|false
 PublicProfile_LogFile
 PublicProfile_LogFileSize
 PublicProfile_LogSuccessfulConnections =true|false
Security-Malware-Windows-Defender osl
 DefinitionUpdateFileSharesSources
 DisableAntiSpyware =true|false
 EnableRemoteManagedDefaults =true|false
 FallbackOrder
 Scan
  ScanParameters =1|2
  ScheduleDay =0|1|2|3|4|5|6|7|8
  ScheduleTime
 SignatureUpdateInterval
 ThreatSeverityDefaultAction
  High =1|2|3|6|8|9|10|NULL
  Low =1|2|3|6|8|9|10|NULL
  Moderate =1|2|3|6|8|9|10|NULL
  Severe =1|2|3|6|8|9|10|NULL
 TrustedImageIdentifier
microsoft-windows-security-spp-ux-sppcc sal
 ReferralId
`;
