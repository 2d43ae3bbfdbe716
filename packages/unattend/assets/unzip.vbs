' Unpacks a zip file with the Explorer's own object, for Windows without Expand-Archive.
' cscript //nologo //b unzip.vbs ZIP DIRECTORY     Exit code: 1 = not found or empty, 2 = not complete in 10 minutes.
Option Explicit
Const silently = 1556 ' 4 no progress, 16 yes to all, 512 no question about directories, 1024 no message
Dim files, shell, source, target, waited

Set files = CreateObject("Scripting.FileSystemObject")
If Not files.FileExists(WScript.Arguments(0)) Then WScript.Quit 1
If Not files.FolderExists(WScript.Arguments(1)) Then files.CreateFolder WScript.Arguments(1)

Set shell = CreateObject("Shell.Application")
Set source = shell.NameSpace(files.GetAbsolutePathName(WScript.Arguments(0)))
Set target = shell.NameSpace(files.GetAbsolutePathName(WScript.Arguments(1)))
If source Is Nothing Then WScript.Quit 1
If source.Items.Count = 0 Then WScript.Quit 1

target.CopyHere source.Items, silently
' It copies behind our back.
waited = 0
Do While CountFiles(target.Items) < CountFiles(source.Items)
  If waited >= 600 Then WScript.Quit 2
  WScript.Sleep 1000
  waited = waited + 1
Loop
' The last file is there before its bytes are.
WScript.Sleep 5000
WScript.Quit 0

Function CountFiles(items)
  Dim item
  CountFiles = 0
  For Each item In items
    If item.IsFolder Then
      CountFiles = CountFiles + CountFiles(item.GetFolder.Items)
    Else
      CountFiles = CountFiles + 1
    End If
  Next
End Function
