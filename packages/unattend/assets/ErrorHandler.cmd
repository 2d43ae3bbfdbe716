@echo off
rem Windows Setup runs this instead of showing that it failed: say so and power off, so that nobody waits.
>COM1 echo winvm-setup: failed: windows-setup: see C:\Windows\Panther\setuperr.log
if not exist "C:\winvm\" md "C:\winvm"
>"C:\winvm\failed" echo step=windows-setup
>>"C:\winvm\failed" echo reason=see C:\Windows\Panther\setuperr.log
wpeutil shutdown 2>nul || shutdown /s /t 0 /f
