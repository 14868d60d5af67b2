/* all.h - the image formats, in the order of `segloss list formats`. Each line names a descriptor seg_format_NAME in a
 * file of its own. */
FORMAT(nifti)
FORMAT(png)
FORMAT(tiff)
FORMAT(npy)
FORMAT(npz)
FORMAT(nrrd)
FORMAT(metaimage)
FORMAT(mgh)
