@echo off
rem Finishes the installation of a winvm guest on Windows, at the first logon as Administrator: settings of the
rem system, Cygwin, then setup.sh, which does the rest. C:\winvm\installed or C:\winvm\failed tells how it went.
setlocal EnableExtensions DisableDelayedExpansion
set "MEDIUM=%~dp0"
set "STATE=C:\winvm"
set "REASON="
if not exist "%STATE%\" md "%STATE%"
del /q "%STATE%\installed" "%STATE%\failed" "%STATE%\steps" 2>nul
for /f "usebackq tokens=1* delims==" %%a in ("%MEDIUM%settings") do set "WINVM_%%a=%%b"

rem A machine that nobody looks at must never sleep, and must start from cold as the disk says.
set "STEP=power"
call :try powercfg /hibernate off
call :try powercfg /change standby-timeout-ac 0
call :try powercfg /change monitor-timeout-ac 0
call :try powercfg /change disk-timeout-ac 0
call :note

rem The only network is a private switch with the controller on it.
set "STEP=firewall"
call :run netsh advfirewall set allprofiles state off || goto failed
call :note

set "STEP=quiet"
call :try reg add "HKLM\SOFTWARE\Policies\Microsoft\Windows\WindowsUpdate\AU" /v NoAutoUpdate /t REG_DWORD /d 1 /f
call :try reg add "HKLM\SYSTEM\CurrentControlSet\Control\Network\NewNetworkWindowOff" /f
call :try net accounts /maxpwage:unlimited
call :note

rem Connections to the shares live on while nobody uses them; what the host writes is seen at once.
set "STEP=smb-client"
set "WORKSTATION=HKLM\SYSTEM\CurrentControlSet\Services\LanmanWorkstation\Parameters"
call :run reg add "%WORKSTATION%" /v KeepConn /t REG_DWORD /d 65535 /f || goto failed
call :run reg add "%WORKSTATION%" /v FileInfoCacheLifetime /t REG_DWORD /d 0 /f || goto failed
call :run reg add "%WORKSTATION%" /v DirectoryCacheLifetime /t REG_DWORD /d 0 /f || goto failed
call :run reg add "%WORKSTATION%" /v FileNotFoundCacheLifetime /t REG_DWORD /d 0 /f || goto failed
call :try fsutil behavior set SymlinkEvaluation L2L:1 L2R:1 R2L:1 R2R:1
call :note

set "STEP=cygwin"
if exist "%WINVM_shellRoot%\bin\bash.exe" goto shell
set "CYGWIN_MEDIUM="
for %%d in (D E F G H I J K L M) do if exist "%%d:\cygwin\setup.exe" set "CYGWIN_MEDIUM=%%d:\cygwin"
if not defined CYGWIN_MEDIUM set "REASON=no medium holds cygwin\setup.exe"
if not defined CYGWIN_MEDIUM goto failed
call :run start "" /wait "%CYGWIN_MEDIUM%\setup.exe" -q -W -L -l "%CYGWIN_MEDIUM%" -R "%WINVM_shellRoot%" -P %WINVM_packages% -n -N -d -X -A --no-version-check --no-write-registry || goto failed
if not exist "%WINVM_shellRoot%\bin\bash.exe" set "REASON=Cygwin's setup left no bash"
if not exist "%WINVM_shellRoot%\bin\bash.exe" goto failed
call :note

:shell
set "STEP=setup.sh"
call :run "%WINVM_shellRoot%\bin\bash.exe" -l /cygdrive/%MEDIUM:~0,1%/winvm/setup.sh || goto failed
exit /b 0

:run
>>"%STATE%\setup.log" echo %STEP%: %*
%* >>"%STATE%\setup.log" 2>&1 || exit /b 1
exit /b 0

:try
>>"%STATE%\setup.log" echo %STEP% (may fail): %*
%* >>"%STATE%\setup.log" 2>&1
exit /b 0

:note
>>"%STATE%\steps" echo step=%STEP%
exit /b 0

:failed
if exist "%STATE%\failed" exit /b 1
if not defined REASON set "REASON=see C:\winvm\setup.log"
>"%STATE%\failed" echo step=%STEP%
>>"%STATE%\failed" echo reason=%REASON%
2>nul >COM1 echo winvm-setup: failed: %STEP%: %REASON%
exit /b 1
