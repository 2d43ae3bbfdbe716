rem Starts the service %1 until it has run in two looks in a row: a slow machine is late to say so, and a broken service
rem ends when it has begun. Called by setup.cmd, which finds RUNS defined then. Gives up after about two minutes and what
rem the starts themselves take. C:\winvm\service is what Windows said last.
set "RUNS="
set "LOOKED="
set /a TRIES=0
:start
>>"%LOG%" echo %STEP% (may fail): net start %1
net start %1 <nul >>"%LOG%" 2>&1
:look
set /a TRIES+=1
rem Five seconds. Every Windows has ping; timeout and sleep are missing in some.
ping -n 6 127.0.0.1 >nul <nul
sc query %1 >"%STATE%\service" 2>&1 <nul
find "RUNNING" "%STATE%\service" >nul
if errorlevel 1 goto down
if defined LOOKED set "RUNS=1"
set "LOOKED=1"
if defined RUNS exit /b 0
goto look
:down
set "LOOKED="
if %TRIES% lss 20 goto start
exit /b 0
