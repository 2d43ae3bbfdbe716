@echo off
rem Gives this logon session the drive letters of winvm's shares. A session of sshd with a public key has no network
rem credentials of its own, and drive letters belong to one logon session, so each session has to ask once.
rem Reads C:\winvm: settings (server=), credentials (username=, password=), shares (TAG LETTER PLACE MODE, tabs).
setlocal EnableExtensions DisableDelayedExpansion
set "STATE=C:\winvm"
set "MISSING="
for /f "usebackq tokens=1* delims==" %%a in ("%STATE%\settings") do set "WINVM_%%a=%%b"
for /f "usebackq tokens=1* delims==" %%a in ("%STATE%\credentials") do set "WINVM_%%a=%%b"
for /f "usebackq tokens=1,2" %%a in ("%STATE%\shares") do call :share %%a %%b
if defined MISSING exit /b 1
exit /b 0

:share
net use %2: >nul 2>&1 <nul
if not errorlevel 1 exit /b 0
net use %2: \\%WINVM_server%\%1\io %WINVM_password% /user:%WINVM_username% /persistent:no >nul <nul
if not errorlevel 1 exit /b 0
>&2 echo mount-shares: %2: could not be connected to \\%WINVM_server%\%1\io
set "MISSING=%2"
exit /b 0
