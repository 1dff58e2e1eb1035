# Runs clip: in the Java that lies in runtime, else clip.jar finds a JDK 25 with JAVA_HOME's or the PATH's Java.
$root = Split-Path -Parent $PSScriptRoot
$jar = Join-Path $root 'lib/clip.jar'
$own = Join-Path $root 'runtime/bin/java'
if ($IsWindows -ne $false) { $own += '.exe' }
$java = 'java'
if ($env:JAVA_HOME) { $java = Join-Path $env:JAVA_HOME 'bin/java' }
if ($env:CLIP_JAVA_HOME) { $java = Join-Path $env:CLIP_JAVA_HOME 'bin/java' }
$runtime = -not $env:CLIP_JAVA_HOME -and (Test-Path $own)
if ($runtime) { $java = $own }
# clip.jar knows which of its options exclude those of the user, and what the machine code needs, and starts its Java once more.
if ($env:CLIP_JAVA_OPTS -or $args -contains 'machinecode' -or $args -contains '--backend=machinecode') { $runtime = $false }
# What clip prints is UTF-8, also to a console; its code page is put back in the end.
$before = [Console]::OutputEncoding
try { [Console]::OutputEncoding = [System.Text.UTF8Encoding]::new($false) } catch [System.IO.IOException] { $before = $null }
if ($runtime) {
    & $java "-XX:SharedArchiveFile=$(Join-Path $root 'lib/clip.jsa')" '--add-modules=jdk.incubator.vector' `
        "@$(Join-Path $root 'lib/jvm.options')" -cp $jar org.clipjava.cli.Main @args
} else {
    & $java -jar $jar @args
}
$code = $LASTEXITCODE
if ($before) { [Console]::OutputEncoding = $before }
exit $code
