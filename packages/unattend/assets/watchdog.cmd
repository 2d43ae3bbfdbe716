@echo off
rem Ends a set-up that hangs: C:\winvm\step holds "NAME MINUTES" while it runs, written anew for each step. A step that
rem takes longer is named as failed, and the machine is powered off.
setlocal EnableExtensions DisableDelayedExpansion
set "STATE=C:\winvm"
set "LAST="
set /a WAITED=0

:tick
rem One minute. Every Windows has ping; timeout and sleep are missing in some.
ping -n 61 127.0.0.1 >nul
rem Without a minute there is nothing to count; the host has a limit, too.
if errorlevel 1 exit /b 1
if not exist "%STATE%\step" exit /b 0
if exist "%STATE%\installed" exit /b 0
if exist "%STATE%\failed" exit /b 0
set "NAME="
set "LIMIT="
for /f "usebackq tokens=1,2" %%a in ("%STATE%\step") do (
  set "NAME=%%a"
  set "LIMIT=%%b"
)
rem Read while it was being written.
if not defined LIMIT goto tick
if not "%NAME%"=="%LAST%" set /a WAITED=0
set "LAST=%NAME%"
set /a WAITED+=1
if %WAITED% leq %LIMIT% goto tick

set "REASON=no end within %LIMIT% minutes, see C:\winvm\setup.log"
>"%STATE%\failed" echo step=%NAME%
>>"%STATE%\failed" echo reason=%REASON%
>COM1 echo winvm-setup: failed: %NAME%: %REASON%
rem A dash is what XP's shutdown wants, and every later one takes it.
shutdown -s -f -t 0
exit /b 1
