@echo off
rem Windows Setup runs this instead of showing that it failed: say so and power off, so that nobody waits.
rem What has failed may have said so itself.
if exist "C:\winvm\failed" goto off
>COM1 echo winvm-setup: failed: windows-setup: see C:\Windows\Panther\setuperr.log
if not exist "C:\winvm\" md "C:\winvm"
>"C:\winvm\failed" echo step=windows-setup
>>"C:\winvm\failed" echo reason=see C:\Windows\Panther\setuperr.log
:off
wpeutil shutdown 2>nul || shutdown /s /t 0 /f
