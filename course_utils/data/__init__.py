"""Where every byte of the course comes from: pinned archives, faces, weights, pictures, paintings, splits."""
