"""A session's sheet on the screen (nhập bảng kê phiên giao dịch)."""
