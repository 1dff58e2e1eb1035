@echo off
rem Runs clip: in the Java that lies in runtime, else clip.jar finds a JDK 25 with JAVA_HOME's or the PATH's Java.
setlocal DisableDelayedExpansion
set "CLIP_ROOT=%~dp0.."
rem What clip prints is UTF-8, also to a console; its code page is put back in the end.
for /f "tokens=2 delims=:." %%p in ('chcp') do set "CLIP_CODE_PAGE=%%p"
chcp 65001 >nul
set "CLIP_JAVA=java"
if defined JAVA_HOME set "CLIP_JAVA=%JAVA_HOME%\bin\java"
if defined CLIP_JAVA_HOME set "CLIP_JAVA=%CLIP_JAVA_HOME%\bin\java"
if defined CLIP_JAVA_HOME goto jar
if not exist "%CLIP_ROOT%\runtime\bin\java.exe" goto jar
set "CLIP_JAVA=%CLIP_ROOT%\runtime\bin\java"
rem clip.jar knows which of its options exclude those of the user, and what the machine code needs, and starts its Java once more.
if defined CLIP_JAVA_OPTS goto jar
:next
if "%~1"=="" goto runtime
if "%~1"=="machinecode" goto jar
if "%~1"=="--backend=machinecode" goto jar
shift
goto next
:runtime
"%CLIP_JAVA%" "-XX:SharedArchiveFile=%CLIP_ROOT%\lib\clip.jsa" --add-modules=jdk.incubator.vector "@%CLIP_ROOT%\lib\jvm.options" -cp "%CLIP_ROOT%\lib\clip.jar" org.clipjava.cli.Main %*
goto end
:jar
"%CLIP_JAVA%" -jar "%CLIP_ROOT%\lib\clip.jar" %*
:end
set "CLIP_EXIT=%ERRORLEVEL%"
if defined CLIP_CODE_PAGE chcp %CLIP_CODE_PAGE% >nul
exit /b %CLIP_EXIT%
