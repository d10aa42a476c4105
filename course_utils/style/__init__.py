"""The style half of the course: features of VGG19, the costs between them, and the transfer itself."""
