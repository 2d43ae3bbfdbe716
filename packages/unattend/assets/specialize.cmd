@echo off
rem Runs as SYSTEM before the first logon: in the pass specialize, where its code counts (0 = go on, 3 = end the
rem installation), or at the end of the Setup of XP and 2003. Its lines are made for one version of Windows.
setlocal EnableExtensions DisableDelayedExpansion

rem @commands@
exit /b 0
