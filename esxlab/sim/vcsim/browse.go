package main

import (
	"io/fs"
	"os"
	"path"
	"strings"

	"github.com/vmware/govmomi/object"
	"github.com/vmware/govmomi/simulator"
	"github.com/vmware/govmomi/vim25/methods"
	"github.com/vmware/govmomi/vim25/soap"
	"github.com/vmware/govmomi/vim25/types"
)

// browser searches a datastore while files come and go. vcsim 0.56 ends with a panic when a file is deleted between
// the listing of its directory and the question for its size (simulator/host_datastore_browser.go, search).
type browser struct {
	*simulator.HostDatastoreBrowser
}

func (b *browser) SearchDatastoreTask(ctx *simulator.Context, req *types.SearchDatastore_Task) soap.HasFault {
	found := b.search(ctx, req.DatastorePath, req.SearchSpec, false)
	return &methods.SearchDatastore_TaskBody{Res: &types.SearchDatastore_TaskResponse{Returnval: found}}
}

func (b *browser) SearchDatastoreSubFoldersTask(ctx *simulator.Context, req *types.SearchDatastoreSubFolders_Task) soap.HasFault {
	found := b.search(ctx, req.DatastorePath, req.SearchSpec, true)
	return &methods.SearchDatastoreSubFolders_TaskBody{Res: &types.SearchDatastoreSubFolders_TaskResponse{Returnval: found}}
}

func (b *browser) search(ctx *simulator.Context, below string, spec *types.HostDatastoreBrowserSearchSpec, deep bool) types.ManagedObjectReference {
	own := background(ctx)
	if spec == nil { // as a real server allows it
		spec = &types.HostDatastoreBrowserSearchSpec{}
	}
	task := simulator.CreateTask(b, "searchDatastore", func(task *simulator.Task) (types.AnyType, types.BaseMethodFault) {
		var at object.DatastorePath
		if !at.FromString(below) {
			return nil, &types.InvalidDatastorePath{DatastorePath: below}
		}
		datastore, ok := own.Map.FindByName(at.Datastore, b.Datastore).(*simulator.Datastore)
		if !ok {
			return nil, &types.InvalidDatastore{Name: at.Datastore}
		}
		s := &search{spec: spec, datastore: datastore.Self, deep: deep}
		if err := s.read(below, path.Join(datastore.Summary.Url, at.Path)); err != nil {
			if os.IsNotExist(err) {
				return nil, &types.FileNotFound{FileFault: types.FileFault{File: at.Path}}
			}
			return nil, &types.InvalidArgument{InvalidProperty: at.Path} // as vcsim says of a file
		}
		if deep {
			return types.ArrayOfHostDatastoreBrowserSearchResults{HostDatastoreBrowserSearchResults: s.results}, nil
		}
		return s.results[0], nil
	})
	return task.Run(ctx)
}

type search struct {
	spec      *types.HostDatastoreBrowserSearchSpec
	datastore types.ManagedObjectReference
	deep      bool
	results   []types.HostDatastoreBrowserSearchResults // of the folders below come first, as vcsim's do
}

// read looks into a directory. One that vanishes below it is not there; what vanishes in it neither.
func (s *search) read(folder, directory string) error {
	entries, err := os.ReadDir(directory)
	if err != nil {
		return err
	}
	result := types.HostDatastoreBrowserSearchResults{Datastore: &s.datastore, FolderPath: folder}
	for _, entry := range entries {
		if info, err := entry.Info(); err == nil && s.asked(info) {
			result.File = append(result.File, s.described(info))
		}
		if s.deep && entry.IsDir() {
			_ = s.read(path.Join(folder, entry.Name()), path.Join(directory, entry.Name()))
		}
	}
	s.results = append(s.results, result)
	return nil
}

// asked says whether a file is of a kind that is looked for, and has a name that is looked for.
func (s *search) asked(file fs.FileInfo) bool {
	kind := len(s.spec.Query) == 0
	for _, query := range s.spec.Query {
		kind = kind || isOf(query, file)
	}
	if !kind {
		return false
	}
	for _, pattern := range s.spec.MatchPattern {
		if matches, _ := path.Match(pattern, file.Name()); matches {
			return true
		}
	}
	return len(s.spec.MatchPattern) == 0 // vSphere API: not set, all files
}

func isOf(query types.BaseFileQuery, file fs.FileInfo) bool {
	extension := path.Ext(file.Name())
	switch query.(type) {
	case *types.FileQuery:
		return true
	case *types.FolderFileQuery:
		return file.IsDir()
	case *types.IsoImageFileQuery:
		return extension == ".iso"
	case *types.VmConfigFileQuery:
		return extension == ".vmx"
	case *types.VmDiskFileQuery: // a disk is one file to who asks for disks
		return extension == ".vmdk" && !strings.HasSuffix(file.Name(), "-flat.vmdk")
	case *types.VmLogFileQuery:
		return extension == ".log" && strings.HasPrefix(file.Name(), "vmware")
	case *types.VmNvramFileQuery:
		return extension == ".nvram"
	case *types.VmSnapshotFileQuery:
		return extension == ".vmsn"
	}
	return false
}

// described tells what was asked for of a file.
func (s *search) described(file fs.FileInfo) types.BaseFileInfo {
	info := types.FileInfo{Path: file.Name()}
	details := s.spec.Details
	if details == nil {
		details = &types.FileQueryFlags{}
	}
	if details.FileSize {
		info.FileSize = file.Size()
	}
	if details.Modification {
		changed := file.ModTime()
		info.Modification = &changed
	}
	if file.IsDir() {
		return &types.FolderFileInfo{FileInfo: info}
	}
	if !details.FileType {
		return &info
	}
	switch path.Ext(file.Name()) {
	case ".iso":
		return &types.IsoImageFileInfo{FileInfo: info}
	case ".log":
		return &types.VmLogFileInfo{FileInfo: info}
	case ".nvram":
		return &types.VmNvramFileInfo{FileInfo: info}
	case ".vmdk":
		return &types.VmDiskFileInfo{FileInfo: info}
	case ".vmx":
		return &types.VmConfigFileInfo{FileInfo: info}
	}
	return &info
}
