@echo off
rem Finishes the installation of a winvm guest at the first logon as Administrator. Called from a batch file or by
rem Setup itself, from whatever drive the medium has. Its steps are made for one version of Windows.
rem
rem C:\winvm\installed  what was done; there only when all of it succeeded
rem C:\winvm\failed     the step that failed, and why; then the exit code is 1
rem C:\winvm\setup.log  every command, and what it said
rem The first serial port gets the outcome as one line.
setlocal EnableExtensions DisableDelayedExpansion
rem @early@
set "MEDIUM=%~dp0"
set "STATE=C:\winvm"
set "LOG=%STATE%\setup.log"
set "STEP=start"
set "REASON="
set "FAILED="
if not exist "%STATE%\" md "%STATE%"
cd /d "%STATE%"
del /q "%STATE%\installed" "%STATE%\failed" "%STATE%\steps" 2>nul
call :begin start 15

rem Whatever waits for an answer that nobody gives is ended from outside.
copy /y "%MEDIUM%watchdog.cmd" "%STATE%\watchdog.cmd" >nul
start "winvm watchdog" /min cmd.exe /c "%STATE%\watchdog.cmd"
rem @steps@

rem @finish@
del /q "%STATE%\step" 2>nul
exit /b 0

:begin
set "STEP=%~1"
>"%STATE%\step" echo %~1 %~2
exit /b 0

:run
>>"%LOG%" echo %STEP%: %*
%* <nul >>"%LOG%" 2>&1
set "CODE=%errorlevel%"
if "%CODE%"=="0" exit /b 0
set "FAILED=%~1"
if "%~1"=="start" set "FAILED=%~4"
exit /b 0

:try
>>"%LOG%" echo %STEP% (may fail): %*
%* <nul >>"%LOG%" 2>&1
exit /b 0

:done
>>"%STATE%\steps" echo step=%STEP%
exit /b 0

:failed
del /q "%STATE%\step" 2>nul
if exist "%STATE%\failed" exit /b 1
if not defined REASON set "REASON=%FAILED% ended with code %CODE%, see C:\winvm\setup.log"
>"%STATE%\failed" echo step=%STEP%
>>"%STATE%\failed" echo reason=%REASON%
>COM1 echo winvm-setup: failed: %STEP%: %REASON%
exit /b 1
