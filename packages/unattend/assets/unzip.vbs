' Unpacks a zip file with the Explorer's own object, for Windows without Expand-Archive.
' cscript //nologo //b unzip.vbs ZIP DIRECTORY
' Exit code: 1 = not found, no zip file or empty, 2 = not complete in 10 minutes, 3 = an error of Windows'.
Option Explicit
Const silently = 1556 ' 4 no progress, 16 yes to all, 512 no question about directories, 1024 no message
Dim code

' An error that nobody handles would end the script with code 0.
code = 3
On Error Resume Next
code = Unpack(WScript.Arguments(0), WScript.Arguments(1))
WScript.Quit code

Function Unpack(zip, directory)
  Dim files, shell, source, target, waited, complete
  Unpack = 1
  Set files = CreateObject("Scripting.FileSystemObject")
  If Not files.FileExists(zip) Then Exit Function
  If Not files.FolderExists(directory) Then files.CreateFolder directory
  Set shell = CreateObject("Shell.Application")
  Set source = shell.NameSpace(files.GetAbsolutePathName(zip))
  Set target = shell.NameSpace(files.GetAbsolutePathName(directory))
  If source Is Nothing Then Exit Function
  If source.Items.Count = 0 Then Exit Function

  target.CopyHere source.Items, silently
  ' It copies behind our back: it is done when all is there three times in a row.
  Unpack = 2
  complete = 0
  For waited = 1 To 600
    WScript.Sleep 1000
    If IsComplete(files, source.Items, directory) Then complete = complete + 1 Else complete = 0
    If complete = 3 Then
      Unpack = 0
      Exit Function
    End If
  Next
End Function

' Whether each file of the zip is there, as long as the zip says. Names come from paths: the Explorer hides endings.
Function IsComplete(files, items, directory)
  Dim item, place
  IsComplete = False
  For Each item In items
    place = files.BuildPath(directory, files.GetFileName(item.Path))
    If item.IsFolder Then
      If Not IsComplete(files, item.GetFolder.Items, place) Then Exit Function
    ElseIf Not files.FileExists(place) Then
      Exit Function
    ElseIf files.GetFile(place).Size <> item.Size Then
      Exit Function
    End If
  Next
  IsComplete = True
End Function
