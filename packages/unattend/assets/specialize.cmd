@echo off
rem Runs as SYSTEM in the pass specialize. Its code counts: 0 = go on, 3 = end the installation.
setlocal EnableExtensions

rem From here on a fatal error of Setup powers the machine off instead of showing a dialog.
if not exist "%WINDIR%\Setup\Scripts\" md "%WINDIR%\Setup\Scripts"
copy /y "%~dp0ErrorHandler.cmd" "%WINDIR%\Setup\Scripts\ErrorHandler.cmd" || exit /b 3

rem Versions that do not know one of these values ignore it.
reg add "HKLM\SYSTEM\CurrentControlSet\Control\BitLocker" /v PreventDeviceEncryption /t REG_DWORD /d 1 /f || exit /b 3
reg add "HKLM\SYSTEM\CurrentControlSet\Control\Session Manager\Power" /v HiberbootEnabled /t REG_DWORD /d 0 /f || exit /b 3
reg add "HKLM\SYSTEM\CurrentControlSet\Control\FileSystem" /v LongPathsEnabled /t REG_DWORD /d 1 /f || exit /b 3
reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\CloudContent" /v DisableWindowsConsumerFeatures /t REG_DWORD /d 1 /f || exit /b 3
reg add "HKLM\SOFTWARE\Microsoft\Windows\CurrentVersion\OOBE" /v BypassNRO /t REG_DWORD /d 1 /f || exit /b 3
exit /b 0
